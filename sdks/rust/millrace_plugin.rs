//! The plugin side of Millrace for Rust 2021. One file, no dependency. The contract stands in docs/guide/plugins.md.
//!
//! `fn main() { millrace_plugin::serve(&[("greet", greet)]) }`
#![allow(dead_code)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A JSON value. Members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What a function ends with where it does not succeed.
pub struct Failure {
    kind: &'static str,
    code: String,
    message: String,
}

/// The work cannot succeed as it is; it is not tried again.
pub fn business_error(code: &str, message: &str) -> Failure {
    Failure { kind: "business", code: code.into(), message: message.into() }
}

/// The work may succeed later.
pub fn application_error(code: &str, message: &str) -> Failure {
    Failure { kind: "application", code: code.into(), message: message.into() }
}

pub type Function = fn(&Json, &Context) -> Result<Json, Failure>;

/// What the host says of an invocation (`context.get("job")`), and the ways to speak to it.
pub struct Context {
    message: Json,
    cancelled: AtomicBool,
}

impl Context {
    pub fn get(&self, name: &str) -> &Json {
        self.message.get("context").get(name)
    }

    pub fn progress(&self, fraction: f64, message: &str) {
        answer("progress", self.message.get("id"), &[("fraction", Json::Number(fraction)), ("message", message.into())]);
    }

    pub fn log(&self, level: &str, message: &str) {
        answer("log", self.message.get("id"), &[("level", level.into()), ("message", message.into())]);
    }

    /// Whether the host asked to stop; long work asks now and then.
    pub fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Serves functions by name until the standard input ends. What user code prints would stand between the messages:
/// print with `eprintln!`, which lands in the log. A whole line that is no message lands there as well.
pub fn serve(functions: &'static [(&'static str, Function)]) {
    let running: Arc<Mutex<HashMap<String, Arc<Context>>>> = Arc::default();
    for line in std::io::stdin().lock().lines() {
        let message = Json::parse(&line.expect("the standard input is UTF-8")).expect("a line is JSON");
        let id = message.get("id").text().to_string();
        match message.get("type").text() {
            "probe" => answer("ok", message.get("id"), &[("output", describe(functions))]),
            "invoke" => {
                let context = Arc::new(Context { message, cancelled: AtomicBool::new(false) });
                running.lock().unwrap().insert(id.clone(), context.clone());
                let running = running.clone();
                std::thread::spawn(move || {
                    invoke(functions, &context);
                    running.lock().unwrap().remove(&id);
                });
            }
            "cancel" => {
                if let Some(context) = running.lock().unwrap().get(&id) {
                    context.cancelled.store(true, Ordering::Relaxed);
                }
            }
            "shutdown" => break,
            _ => {}
        }
    }
    std::process::exit(0);
}

fn describe(functions: &[(&str, Function)]) -> Json {
    let variable = |name: &str| Json::Text(std::env::var(name).unwrap_or_default());
    let names = functions.iter().map(|(name, _)| (*name).into()).collect();
    Json::Object(vec![
        ("name".into(), variable("MILLRACE_PACKAGE_NAME")),
        ("version".into(), variable("MILLRACE_PACKAGE_VERSION")),
        ("protocol".into(), Json::Number(1.0)),
        ("functions".into(), Json::List(names)),
    ])
}

fn invoke(functions: &[(&'static str, Function)], context: &Context) {
    let id = context.message.get("id");
    let name = context.message.get("function").text();
    let run = || match functions.iter().find(|(each, _)| *each == name) {
        Some((_, function)) => function(context.message.get("input"), context),
        None => Err(business_error("function_unknown", &format!("there is no function {name}"))),
    };
    // The panic itself is printed to the error output, which lands in the log.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(application_error("failed", &text.unwrap_or_else(|| "it panicked".into())))
    });
    match result {
        Ok(output) => answer("ok", id, &[("output", output)]),
        Err(Failure { kind, code, message }) => {
            let error = Json::Object(vec![
                ("kind".into(), kind.into()),
                ("code".into(), Json::Text(code)),
                ("message".into(), Json::Text(message)),
                ("retry".into(), Json::Bool(kind == "application")),
            ]);
            answer("error", id, &[("error", error)]);
        }
    }
}

fn answer(kind: &str, id: &Json, more: &[(&str, Json)]) {
    let mut members = vec![("type".to_string(), kind.into()), ("id".to_string(), id.clone())];
    members.extend(more.iter().map(|(name, value)| (name.to_string(), value.clone())));
    let line = format!("{}\n", Json::Object(members));
    let mut out = std::io::stdout().lock();
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.into())
    }
}

impl Json {
    /// An object of these members.
    pub fn object(members: &[(&str, Json)]) -> Json {
        Json::Object(members.iter().map(|(name, value)| (name.to_string(), value.clone())).collect())
    }

    /// A member of an object; null where there is none.
    pub fn get(&self, name: &str) -> &Json {
        let Json::Object(members) = self else { return &Json::Null };
        members.iter().find(|(each, _)| each == name).map_or(&Json::Null, |(_, value)| value)
    }

    /// The text; an empty one for anything else.
    pub fn text(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }

    /// The number; 0 for anything else.
    pub fn number(&self) -> f64 {
        if let Json::Number(number) = self { *number } else { 0.0 }
    }

    /// The value that a JSON text says.
    pub fn parse(text: &str) -> Option<Json> {
        Parser { bytes: text.as_bytes(), at: 0 }.value()
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Json::Null => out.write_str("null"),
            Json::Bool(value) => write!(out, "{value}"),
            Json::Number(value) => write!(out, "{value}"),
            Json::Text(text) => quote(text, out),
            Json::List(items) => {
                out.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                out.write_char(']')
            }
            Json::Object(members) => {
                out.write_char('{')?;
                for (index, (name, value)) in members.iter().enumerate() {
                    out.write_str(if index == 0 { "" } else { "," })?;
                    quote(name, out)?;
                    write!(out, ":{value}")?;
                }
                out.write_char('}')
            }
        }
    }
}

fn quote(text: &str, out: &mut std::fmt::Formatter) -> std::fmt::Result {
    out.write_char('"')?;
    for each in text.chars() {
        match each {
            '"' | '\\' => write!(out, "\\{each}")?,
            '\n' => out.write_str("\\n")?,
            each if each < ' ' => write!(out, "\\u{:04x}", each as u32)?,
            each => out.write_char(each)?,
        }
    }
    out.write_char('"')
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Option<Json> {
        match self.next()? {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => self.text().map(Json::Text),
            _ => self.word(),
        }
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        while self.bytes.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn object(&mut self) -> Option<Json> {
        let mut members = Vec::new();
        self.at += 1;
        while self.next()? != b'}' {
            if self.next()? == b',' {
                self.at += 1;
            }
            self.next()?;
            let name = self.text()?;
            self.next()?;
            self.at += 1;
            members.push((name, self.value()?));
        }
        self.at += 1;
        Some(Json::Object(members))
    }

    fn list(&mut self) -> Option<Json> {
        let mut items = Vec::new();
        self.at += 1;
        while self.next()? != b']' {
            if self.next()? == b',' {
                self.at += 1;
            }
            items.push(self.value()?);
        }
        self.at += 1;
        Some(Json::List(items))
    }

    fn text(&mut self) -> Option<String> {
        let mut found = Vec::new();
        self.at += 1;
        loop {
            let from = self.at;
            while !matches!(self.bytes.get(self.at)?, b'"' | b'\\') {
                self.at += 1;
            }
            found.extend_from_slice(&self.bytes[from..self.at]);
            self.at += 1;
            if self.bytes[self.at - 1] == b'"' {
                return String::from_utf8(found).ok();
            }
            let escaped = self.escaped()?;
            found.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let each = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(match each {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.unit()?;
                let is_pair = (0xd800..0xdc00).contains(&high) && self.bytes.get(self.at..self.at + 2)? == b"\\u";
                if is_pair {
                    self.at += 2;
                    let low = self.unit()?;
                    return Some(char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low & 0x3ff)).unwrap_or('\u{fffd}'));
                }
                char::from_u32(high).unwrap_or('\u{fffd}')
            }
            other => other as char,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.bytes.get(self.at..self.at + 4)?).ok()?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn word(&mut self) -> Option<Json> {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| !b",]} \t\r\n".contains(byte)) {
            self.at += 1;
        }
        match std::str::from_utf8(&self.bytes[from..self.at]).ok()? {
            "true" => Some(Json::Bool(true)),
            "false" => Some(Json::Bool(false)),
            "null" => Some(Json::Null),
            number => number.parse().ok().map(Json::Number),
        }
    }
}
