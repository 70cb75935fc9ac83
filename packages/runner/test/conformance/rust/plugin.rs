mod millrace_plugin;
use millrace_plugin::{application_error, business_error, serve, Context, Failure, Json};

fn main() {
    serve(&[
        ("echo", |input, _| Ok(input.clone())),
        ("progress", progress),
        ("wait", wait),
        ("business", |_, _| Err(business_error("no_street", "There is no such street"))),
        ("application", |_, _| Err(application_error("try_later", "Not now"))),
        ("fail", |_, _| panic!("boom")),
        ("files", files),
        ("stray", stray),
        ("big", |input, _| Ok(Json::Text("x".repeat(input.get("size").number() as usize)))),
        ("crash", |_, _| std::process::exit(3)),
        ("context", |_, context| {
            let key = context.get("secrets").get("key").text().len() as f64;
            Ok(Json::object(&[
                ("job", context.get("job").clone()),
                ("attempt", context.get("attempt").clone()),
                ("language", context.get("config").get("language").clone()),
                ("key", Json::Number(key)),
            ]))
        }),
    ]);
}

fn progress(_: &Json, context: &Context) -> Result<Json, Failure> {
    context.progress(0.5, "half");
    context.log("warn", "a warning");
    Ok(Json::Null)
}

fn wait(_: &Json, context: &Context) -> Result<Json, Failure> {
    while !context.cancelled() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Ok(Json::object(&[("stopped", Json::Bool(true))]))
}

fn files(_: &Json, context: &Context) -> Result<Json, Failure> {
    let path = |name: &str| format!("{}/{name}", context.get("directory").text());
    let failed = |error: std::io::Error| application_error("no_file", &error.to_string());
    let text = std::fs::read_to_string(path("in.txt")).map_err(failed)?;
    std::fs::write(path("out.txt"), text.to_uppercase()).map_err(failed)?;
    Ok(Json::Null)
}

fn stray(_: &Json, _: &Context) -> Result<Json, Failure> {
    eprint!("stray without end");
    println!("stray line");
    Ok(Json::object(&[("printed", Json::Bool(true))]))
}
