//! JSON as the API speaks it: a small reader and writer for what ships to the browser.
//!
//! `serde_json` is the better library and what the proxy uses. Here it would cost 13 KB of brotli, a sixth of all that
//! a page downloads, for floating point tables and generic visitors that nothing in this API needs; this costs one.
//! The tests hold it to `serde_json` on every input they can think of.

use std::fmt;
use zeroize::Zeroize as _;

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

    /// Overwrites every string in memory: what a user typed for nobody else is not to be found there later.
    pub fn wipe(&mut self) {
        match self {
            Self::String(string) => string.zeroize(),
            Self::Array(items) => items.iter_mut().for_each(Self::wipe),
            Self::Object(members) => members.iter_mut().for_each(|(_, value)| value.wipe()),
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }

    /// The most bytes that [`Self::write`] writes: a character takes six at most (`\u0000`).
    pub(crate) fn longest(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) => 5,
            Self::Number(digits) => digits.len(),
            Self::String(string) => 6 * string.len() + 2,
            Self::Array(items) => 2 + items.iter().map(|item| item.longest() + 1).sum::<usize>(),
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| 6 * name.len() + value.longest() + 4;
                2 + members.iter().map(member).sum::<usize>()
            }
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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    type Theirs = serde_json::Value;

    /// How many values lie within each other at the deepest place.
    fn depth(value: &Theirs) -> u32 {
        1 + match value {
            Theirs::Array(items) => items.iter().map(depth).max().unwrap_or(0),
            Theirs::Object(members) => members.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// As `serde_json` has it: of two members with one name the last, numbers as floats where they are no integers.
    fn as_theirs(value: &Value) -> Theirs {
        match value {
            Value::Null => Theirs::Null,
            Value::Bool(truth) => Theirs::Bool(*truth),
            Value::Number(digits) => serde_json::from_str(digits).unwrap(),
            Value::String(text) => Theirs::String(text.clone()),
            Value::Array(items) => Theirs::Array(items.iter().map(as_theirs).collect()),
            Value::Object(members) => {
                Theirs::Object(members.iter().map(|(name, value)| (name.clone(), as_theirs(value))).collect())
            }
        }
    }

    fn written(value: &Value) -> String {
        let mut text = String::new();
        value.write(&mut text);
        text
    }

    /// Holds one text to `serde_json`. Two differences are meant: what is nested deeper than 64 we refuse, and a
    /// number that no float can hold we keep.
    fn check(text: &str) {
        let ours = Value::read(text);
        match (&ours, serde_json::from_str::<Theirs>(text)) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(as_theirs(ours), theirs, "{text:?}");
                assert!(depth(&theirs) <= DEEPEST, "{text:?}");
            }
            (Err(NotJson), Ok(theirs)) => {
                // Of members with one name `serde_json` keeps one, so its depth may be less than the text's.
                let is_deep =
                    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() >= DEEPEST as usize;
                assert!(is_deep, "refused: {text:?}, {theirs}");
            }
            (Ok(_), Err(error)) => {
                assert!(error.to_string().starts_with("number out of range"), "accepted: {text:?}, {error}");
            }
            (Err(NotJson), Err(_)) => {}
        }
        if let Ok(ours) = ours {
            let text = written(&ours);
            assert_eq!(Value::read(&text), Ok(ours), "{text:?}");
        }
    }

    #[test]
    fn what_is_and_what_is_no_json() {
        let texts = [
            // Blanks.
            "",
            " ",
            "\t\n\r null \t\n\r",
            "\u{b}null",
            "\u{a0}null",
            "\u{feff}null",
            "null\0",
            "[ ]",
            "{ }",
            "[ 1 , 2 ]",
            "{ \"a\" : 1 , \"b\" : 2 }",
            // Words.
            "null",
            "true",
            "false",
            "nul",
            "nulll",
            "True",
            "truefalse",
            "NaN",
            "Infinity",
            "-Infinity",
            "undefined",
            "n",
            "nél",
            "trué",
            // Numbers.
            "0",
            "-0",
            "-",
            "+1",
            "00",
            "01",
            "-01",
            "1.",
            ".5",
            "1.5",
            "1.e5",
            "1e5",
            "1E+5",
            "1e-5",
            "1e",
            "1e+",
            "1.5e",
            "0e0",
            "0.0",
            "0x1",
            "1_000",
            "--1",
            "1-1",
            "1e1.5",
            "1e999",
            "-1e999",
            "1e-999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "18446744073709551616",
            "123456789012345678901234567890",
            "1a",
            "1 2",
            "0.1",
            "٣",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            // Strings.
            r#""""#,
            r#"""#,
            r#""a"#,
            r#""\""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\a""#,
            r#""\'""#,
            r#""\x41""#,
            r#""\0""#,
            "'a'",
            "\"\n\"",
            "\"\t\"",
            "\"\0\"",
            "\"\u{1f}\"",
            "\"\u{7f}\"",
            "\"\u{2028}\"",
            "\"é🦀\"",
            r#""\é""#,
            // Escapes of characters.
            r#""\u0041""#,
            r#""\u00e9""#,
            r#""\u00E9""#,
            r#""\u0000""#,
            r#""\uffff""#,
            r#""\u""#,
            r#""\u1""#,
            r#""\u12""#,
            r#""\u123""#,
            r#""\u123g""#,
            r#""\u+123""#,
            r#""\u 123""#,
            r#""\U0041""#,
            r#""\u12é4""#,
            r#""\u٣٣٣٣""#,
            // Halves of characters.
            r#""\ud83e\udd80""#,
            r#""\uD83E\uDD80""#,
            r#""\ud83e""#,
            r#""\udd80""#,
            r#""\ud83ex""#,
            r#""\ud83e\n""#,
            r#""\ud83e\ud83e""#,
            r#""\ud83e\u0041""#,
            r#""\ud83e\udd8""#,
            r#""\ud83e\""#,
            r#""\ud83eu1234""#,
            r#""\ud83e🦀""#,
            r#""\ud800\udc00""#,
            r#""\udbff\udfff""#,
            r#""\ud7ff""#,
            r#""\ue000""#,
            r#""\udc00\ud800""#,
            r#""\udbff\ue000""#,
            r#""\ud800\udbff""#,
            r#""\ud83e\udd80\udd80""#,
            r#""\ud83e\ue000""#,
            r#""\ud83e\udbff""#,
            r#""\ud83exxdd80""#,
            r#""\ud83e\ndd80""#,
            r#""\ud83e\\dd80""#,
            r#""\ud83euudd80""#,
            // Arrays and objects.
            "[",
            "]",
            "[]",
            "[,]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1,,2]",
            "[1]]",
            "[1}",
            "{",
            "}",
            "{}",
            "{,}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a" 1}"#,
            r#"{"a":1 "b":2}"#,
            r#"{a:1}"#,
            r#"{1:1}"#,
            r#"{null:1}"#,
            r#"{"a":1]"#,
            r#"{"a"::1}"#,
            r#"{"a":1}}"#,
            "[] []",
            "[1]//",
            "/**/[1]",
            r#"{"":""}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"a":1,"a":[]}}"#,
            r#"{"a":1,"\u0061":2}"#,
        ];
        texts.into_iter().for_each(check);
        // That both agree says nothing where both are wrong.
        for (text, is_json) in
            [("1", true), ("01", false), ("[1,]", false), (r#""\ud83e""#, false), ("\"\t\"", false)]
        {
            assert_eq!(Value::read(text).is_ok(), is_json, "{text}");
        }
    }

    #[test]
    fn it_may_be_so_deep_and_no_deeper() {
        let nested = |open: &str, inner: &str, close: &str, times: usize| {
            [open.repeat(times), inner.to_owned(), close.repeat(times)].concat()
        };
        for (text, is_read) in [
            (nested("[", "", "]", 64), true),
            (nested("[", "1", "]", 63), true),
            (nested("[", "1", "]", 64), false),
            (nested("[", "", "]", 65), false),
            (nested(r#"{"a":"#, "1", "}", 63), true),
            (nested(r#"{"a":"#, "1", "}", 64), false),
            (nested(r#"[{"a":"#, "1", "}]", 31), true),
            (nested(r#"[{"a":"#, "1", "}]", 32), false),
            (nested("[", "", "", 1_000_000), false),
            (nested(r#"{"a":"#, "", "", 1_000_000), false),
            // Beside each other is not within each other.
            (format!("[{}[]]", "[],".repeat(1_000)), true),
        ] {
            assert_eq!(Value::read(&text).is_ok(), is_read, "{}", text.get(..80).unwrap_or(&text));
        }
    }

    #[test]
    fn members_are_found_by_name() {
        let value =
            Value::read(r#"{"a":1,"b":"x","a":true,"c":-7,"d":1.5,"e":9223372036854775808,"f":null}"#)
                .unwrap();
        assert_eq!(value.get("a").and_then(Value::as_bool), Some(true), "the last of a name");
        assert_eq!(value.get("b").and_then(Value::as_str), Some("x"));
        assert_eq!(value.get("c").and_then(Value::as_i64), Some(-7));
        for (name, found) in [("d", true), ("e", true), ("f", true), ("b", true), ("z", false)] {
            assert_eq!(value.get(name).is_some(), found);
            assert_eq!(value.get(name).and_then(Value::as_i64), None, "{name}");
        }
        for other in [Value::Null, Value::Array(vec![]), Value::String("a".into())] {
            assert_eq!((other.get("a"), other.as_bool(), other.as_i64()), (None, None, None));
        }
    }

    #[test]
    fn no_digit_is_lost() {
        for digits in ["0.10", "123456789012345678901234567890.5", "1E+02", "-0", "1e999"] {
            assert_eq!(Value::read(digits), Ok(Value::Number(digits.into())));
            assert_eq!(written(&Value::Number(digits.into())), digits);
        }
    }

    #[test]
    fn what_is_wiped_has_no_text_left() {
        let mut value =
            Value::read(r#"{"code":"12345","more":[1,null,"hunter2",{"again":"hunter2"}]}"#).unwrap();
        value.wipe();
        assert_eq!(written(&value), r#"{"code":"","more":[1,null,"",{"again":""}]}"#);
    }

    fn digits() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<u64>().prop_map(|number| number.to_string()),
            any::<f64>()
                .prop_filter("finite", |number| number.is_finite())
                .prop_map(|number| serde_json::to_string(&number).unwrap()),
            r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?",
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        let string =
            || prop_oneof![any::<String>(), "[\0-\x7f]{0,8}", select(vec!["a".to_owned(), "b".to_owned()])];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            digits().prop_map(Value::Number),
            string().prop_map(Value::String),
        ];
        leaf.prop_recursive(6, 48, 6, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..6).prop_map(Value::Array),
                vec((string(), inner), 0..6).prop_map(Value::Object),
            ]
        })
    }

    /// What JSON is made of, so that random orders of it are often almost JSON.
    fn pieces() -> impl Strategy<Value = String> {
        let pieces = vec![
            "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u", "\\ud83e", "\\udd80", "\\ue000", "dd80", "d8",
            "00", "null", "true", "false", "0", "1", "-", ".", "e", "E", "+", " ", "\n", "\t", "\0", "a",
            "\"a\"", "\"a\":", "é", "🦀", "1.5", "/", "\u{feff}",
        ];
        vec(select(pieces), 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bytes_are_read_as_serde_json_reads_them(bytes in vec(any::<u8>(), 0..64)) {
            check(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn almost_json_is_read_as_serde_json_reads_it(text in pieces()) {
            check(&text);
            check(&format!("\"{text}\""));
            check(&format!("[{text}]"));
        }

        #[test]
        fn numbers_are_read_as_serde_json_reads_them(digits in digits(), cut: Index, with in "[-+.eE0-9]{0,2}") {
            check(&digits);
            let (before, after) = digits.split_at(cut.index(digits.len() + 1));
            check(&[before, &with, after].concat());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_json_and_read_as_it_was(value in value()) {
            let text = written(&value);
            let theirs: Theirs = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(as_theirs(&value), theirs);
            prop_assert_eq!(Value::read(&text), Ok(value));
        }

        #[test]
        fn what_serde_json_writes_is_read(value in value()) {
            let theirs = as_theirs(&value);
            for text in [theirs.to_string(), serde_json::to_string_pretty(&theirs).unwrap()] {
                prop_assert_eq!(as_theirs(&Value::read(&text).unwrap()), theirs.clone());
            }
        }

        #[test]
        fn broken_json_is_read_as_serde_json_reads_it(
            value in value(),
            edits in vec((any::<Index>(), any::<Index>(), pieces()), 1..4),
        ) {
            let mut text = written(&value);
            for (from, to, with) in edits {
                let bounds: Vec<_> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
                let (from, to) = (*from.get(&bounds), *to.get(&bounds));
                // Mostly a small wound: a text cut in half is soon refused.
                let to = if to < from || to - from > 4 { from } else { to };
                let with: String = with.chars().take(3).collect();
                text.replace_range(from..to, &with);
                check(&text);
            }
        }

        #[test]
        fn nesting_is_refused_where_it_is_too_deep(
            opens in vec(select(vec!["[", "{\"a\":"]), 0..140),
            inner in digits(),
        ) {
            let closes: String = opens.iter().rev().map(|open| if *open == "[" { ']' } else { '}' }).collect();
            let text = [opens.concat(), inner, closes].concat();
            prop_assert_eq!(Value::read(&text).is_ok(), opens.len() < DEEPEST as usize);
            check(&text);
        }
    }
}
