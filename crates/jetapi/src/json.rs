//! JSON as the API speaks it: a small reader and writer for what ships to the browser.
//!
//! `serde_json` is the better library and what the proxy uses. Here it would cost 13 KB of brotli, a sixth of all that
//! a page downloads, for floating point tables and generic visitors that nothing in this API needs; this costs one.
//! The tests hold it to `serde_json` on every input they can think of.

use std::fmt;

/// How deep arrays and objects may be nested. The API's own replies are five deep.
const DEEPEST: u32 = 64;

/// A JSON value. Numbers are kept as they were written, so that no digit of an amount or an id is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in the order of its members. Of two members with one name the last is found.
    Object(Vec<(String, Value)>),
}

/// The text is no JSON, or deeper than anybody means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not JSON")
    }
}

impl std::error::Error for NotJson {}

impl Value {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// [`NotJson`], also for a value nested deeper than 64.
    pub fn read(text: &str) -> Result<Self, NotJson> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(DEEPEST)?;
        reader.skip_blanks();
        if reader.at == text.len() { Ok(value) } else { Err(NotJson) }
    }

    /// An object without members.
    pub const fn empty_object() -> Self {
        Self::Object(Vec::new())
    }

    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rfind(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth of a boolean.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// Writes this value behind `text`.
    pub fn write(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(true) => text.push_str("true"),
            Self::Bool(false) => text.push_str("false"),
            Self::Number(digits) => text.push_str(digits),
            Self::String(string) => write_string(string, text),
            Self::Array(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    item.write(text);
                }
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    write_string(name, text);
                    text.push(':');
                    value.write(text);
                }
                text.push('}');
            }
        }
    }
}

/// Writes a string with its quotes behind `text`.
pub fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            control @ '\0'..='\x1f' => {
                text.push_str("\\u00");
                let code = control as u32;
                text.push(char::from_digit(code >> 4, 16).unwrap_or('0'));
                text.push(char::from_digit(code & 0xf, 16).unwrap_or('0'));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

struct Reader<'a> {
    text: &'a str,
    /// A byte offset, always between two characters.
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, NotJson> {
        let byte = self.peek().ok_or(NotJson)?;
        self.at += 1;
        Ok(byte)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes `byte`, where it is the next after blanks.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.takes(byte) { Ok(()) } else { Err(NotJson) }
    }

    fn value(&mut self, depth: u32) -> Result<Value, NotJson> {
        let inner = depth.checked_sub(1).ok_or(NotJson)?;
        self.skip_blanks();
        match self.peek().ok_or(NotJson)? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                if self.takes(b']') {
                    return Ok(Value::Array(items));
                }
                loop {
                    items.push(self.value(inner)?);
                    if self.takes(b']') {
                        return Ok(Value::Array(items));
                    }
                    self.expect(b',')?;
                }
            }
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                if self.takes(b'}') {
                    return Ok(Value::Object(members));
                }
                loop {
                    self.skip_blanks();
                    let name = self.string()?;
                    self.expect(b':')?;
                    members.push((name, self.value(inner)?));
                    if self.takes(b'}') {
                        return Ok(Value::Object(members));
                    }
                    self.expect(b',')?;
                }
            }
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, NotJson> {
        let is_word = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += word.len();
        if is_word { Ok(value) } else { Err(NotJson) }
    }

    fn number(&mut self) -> Result<Value, NotJson> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return Err(NotJson),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        self.text.get(start..self.at).map(|digits| Value::Number(digits.to_owned())).ok_or(NotJson)
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        self.skip_digits();
        if self.at > start { Ok(()) } else { Err(NotJson) }
    }

    fn skip_digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<String, NotJson> {
        if self.next()? != b'"' {
            return Err(NotJson);
        }
        let mut string = String::new();
        let mut start = self.at;
        loop {
            match self.next()? {
                ending @ (b'"' | b'\\') => {
                    string.push_str(self.text.get(start..self.at - 1).ok_or(NotJson)?);
                    if ending == b'"' {
                        return Ok(string);
                    }
                    string.push(self.escape()?);
                    start = self.at;
                }
                0..=0x1f => return Err(NotJson),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        Ok(match self.next()? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    if (self.next()?, self.next()?) != (b'\\', b'u') {
                        return Err(NotJson);
                    }
                    let second = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(NotJson)?;
                    0x1_0000 + ((first - 0xd800) << 10) + second
                } else {
                    first
                };
                char::from_u32(code).ok_or(NotJson)?
            }
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return Err(NotJson),
        })
    }

    fn hex(&mut self) -> Result<u32, NotJson> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.next()?).to_digit(16).ok_or(NotJson)?;
        }
        Ok(code)
    }
}
