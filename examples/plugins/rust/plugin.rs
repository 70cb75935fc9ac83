mod millrace_plugin;
use millrace_plugin::{business_error, serve, Context, Failure, Json};

fn main() {
    serve(&[("check_iban", check_iban)]);
}

fn check_iban(input: &Json, _: &Context) -> Result<Json, Failure> {
    let iban = input.get("iban").text();
    let text = iban.replace(' ', "").to_uppercase();
    if !is_shaped(text.as_bytes()) {
        return Err(business_error("no_iban", &format!("{iban} is no IBAN")));
    }
    // A digit stands for itself, A for 10, Z for 35.
    let values = text[4..].chars().chain(text[..4].chars()).filter_map(|each| each.to_digit(36));
    let remainder = values.fold(0, |sum, value| (sum * if value > 9 { 100 } else { 10 } + value) % 97);
    Ok(Json::object(&[("valid", Json::Bool(remainder == 1)), ("country", text[..2].into())]))
}

fn is_shaped(text: &[u8]) -> bool {
    (14..=34).contains(&text.len())
        && text[..2].iter().all(u8::is_ascii_uppercase)
        && text[2..4].iter().all(u8::is_ascii_digit)
        && text[4..].iter().all(u8::is_ascii_alphanumeric)
}
