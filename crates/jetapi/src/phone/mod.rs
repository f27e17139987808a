//! Phone numbers as people type and paste them: one text with everything, regrouped as it grows.
//!
//! The countries come from libphonenumber's metadata (`xtask/phone.mjs` writes the table). Calling codes, lengths and
//! the grouping of mobile numbers are all that a field needs: whether a number exists, the API says.

use std::fmt;

/// `ISO code,calling code,trunk prefixes,shortest,longest,groups of a mobile number,leading digits that tell this
/// country from others of its calling code`, the main country of a calling code first. Behind a trunk prefix with which
/// national numbers may begin as well, there is the digit that has to follow it: after `>` that is proof enough, after
/// `?` only in a number that is too long otherwise.
const TABLE: &str = include_str!("countries.txt");

/// No international number has more digits (ITU-T E.164).
const LONGEST: usize = 15;

/// Calling codes of no country, which messengers take: satellite phones, global networks, and Telegram's own 888.
const NETWORKS: [&str; 6] = ["870", "878", "881", "882", "883", "888"];

/// How many digits their numbers have behind the calling code; the fewest are Telegram's.
const NETWORK_LENGTHS: (usize, usize) = (4, 12);

/// A country or territory with phone numbers of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static str);

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.iso())
    }
}

impl Default for Country {
    /// The first of the table.
    fn default() -> Self {
        Self(TABLE.lines().next().unwrap_or_default())
    }
}

impl Country {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.lines().map(Self)
    }

    /// By ISO 3166-1 code, in either case.
    pub fn from_iso(iso: &str) -> Option<Self> {
        Self::all().find(|country| country.iso().eq_ignore_ascii_case(iso))
    }

    /// The ISO 3166-1 code, two capital letters.
    pub fn iso(self) -> &'static str {
        self.field(0)
    }

    /// The calling code, digits without a plus.
    pub fn calling_code(self) -> &'static str {
        self.field(1)
    }

    /// What is dialled before a national number, and the digit that has to follow.
    fn trunks(self) -> impl Iterator<Item = (&'static str, Option<&'static str>, bool)> {
        self.field(2).split(' ').filter(|way| !way.is_empty()).map(|way| {
            let (trunk, next) = match way.split_once(['>', '?']) {
                Some((trunk, next)) => (trunk, Some(next)),
                None => (way, None),
            };
            (trunk, next, way.contains('?'))
        })
    }

    /// The national number without what is dialled inside the country only.
    fn without_trunk(self, national: &str) -> Option<&str> {
        let is_too_long = national.len() > self.lengths().1;
        self.trunks().find_map(|(trunk, next, is_open)| {
            national
                .strip_prefix(trunk)
                .filter(|rest| rest.starts_with(next.unwrap_or_default()) && (!is_open || is_too_long))
        })
    }

    /// The national number without a calling code that is there twice.
    fn without_code(self, national: &str) -> Option<&str> {
        let rest = national.strip_prefix(self.calling_code())?;
        // Where it is known how numbers begin, a digit too many is no reason to make another number of them.
        let may_begin = || {
            self.trunks().all(|(_, next, _)| next.is_none())
                || self.trunks().any(|(_, next, _)| begins(rest, next))
        };
        (national.len() > self.lengths().1 && self.fits(rest) && may_begin()).then_some(rest)
    }

    fn lengths(self) -> (usize, usize) {
        let number = |index| self.field(index).parse().unwrap_or(LONGEST);
        (number(3), number(4))
    }

    fn fits(self, national: &str) -> bool {
        let (least, most) = self.lengths();
        (least..=most).contains(&national.len())
    }

    fn groups(self) -> impl Iterator<Item = usize> {
        self.field(5).bytes().map(|digit| usize::from(digit.saturating_sub(b'0')))
    }

    fn leads(self) -> impl Iterator<Item = &'static str> {
        self.field(6).split(' ').filter(|lead| !lead.is_empty())
    }

    fn field(self, index: usize) -> &'static str {
        self.0.split(',').nth(index).unwrap_or_default()
    }
}

/// Whose number these international digits begin. `chosen` where they do not tell it apart from others.
fn country_of(digits: &str, chosen: Country) -> Option<Country> {
    let shares = |country: &Country| digits.starts_with(country.calling_code());
    let main = Country::all().find(shares)?;
    let national = digits.get(main.calling_code().len()..).unwrap_or_default();
    let led = Country::all().filter(shares).find(|it| it.leads().any(|lead| national.starts_with(lead)));
    if let Some(country) = led {
        return Some(country);
    }
    // What is typed so far may still become a number of the country that was chosen.
    let may_be_chosen = shares(&chosen)
        && (chosen.leads().next().is_none() || chosen.leads().any(|lead| lead.starts_with(national)));
    Some(if may_be_chosen { chosen } else { main })
}

/// What happened to the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A character was typed.
    Typed,
    /// Something was deleted before the caret.
    Deleted,
    /// Something was deleted behind the caret.
    DeletedForward,
    /// Something came in from elsewhere: the clipboard, or what the browser remembers.
    Pasted,
}

/// The field after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The text, grouped.
    pub text: String,
    /// Where the caret belongs. All characters are one UTF-16 unit.
    pub caret: usize,
    /// The country that the number is of.
    pub country: Country,
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhoneProblem {
    /// Nothing but a calling code.
    Empty,
    /// No country has this calling code.
    UnknownCode,
    /// Fewer digits than the country's numbers have.
    TooShort,
    /// More digits than the country's numbers have.
    TooLong,
}

/// The text of a field in which nothing was typed yet.
pub fn prefix(country: Country) -> String {
    ["+", country.calling_code(), " "].concat()
}

/// International digits, with or without a plus, as people read them. Anything else stays as it is.
pub fn format(digits: &str) -> String {
    let bare = digits.trim_start_matches('+');
    if bare.is_empty() || bare.bytes().any(|byte| !byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    group(bare, Country::default(), false)
}

/// The digits of a field's text as the API takes them: international, without a plus.
///
/// # Errors
/// [`PhoneProblem`].
pub fn digits(text: &str, chosen: Country) -> Result<String, PhoneProblem> {
    let digits = international(text, chosen, true);
    if digits.is_empty() {
        return Err(PhoneProblem::Empty);
    }
    let (code, (least, most)) = match country_of(&digits, chosen) {
        Some(country) => (country.calling_code(), country.lengths()),
        None => {
            let network = NETWORKS.into_iter().find(|code| digits.starts_with(code));
            (network.ok_or(PhoneProblem::UnknownCode)?, NETWORK_LENGTHS)
        }
    };
    let national = digits.len() - code.len();
    match national {
        0 => Err(PhoneProblem::Empty),
        length if length < least => Err(PhoneProblem::TooShort),
        length if length > most || digits.len() > LONGEST => Err(PhoneProblem::TooLong),
        _ => Ok(digits),
    }
}

/// The text of a field after another country was chosen: the national digits stay.
pub fn choose(text: &str, from: Country, to: Country) -> String {
    let digits = international(text, from, false);
    let national = match country_of(&digits, from) {
        Some(country) => digits.get(country.calling_code().len()..).unwrap_or_default(),
        None => "",
    };
    group(&[to.calling_code(), national].concat(), to, true)
}

/// Takes a change over: `text` is what the browser made of `before`, with the caret `caret` UTF-16 units in. The caret
/// stays before the digits that it was before.
pub fn edit(before: &str, text: &str, caret: usize, chosen: Country, change: Change) -> Edited {
    let mut behind = digits_behind(text, caret);
    let is_deleted = matches!(change, Change::Deleted | Change::DeletedForward);
    let (old, mut read) = (Read::of(before, 0), Read::of(text, caret));

    if is_deleted && old.digits == read.digits && old.has_plus == read.has_plus {
        // Only what the field itself had put there went: the digit beside it was meant.
        let at = read.digits.len().saturating_sub(behind);
        match change {
            Change::Deleted if at > 0 => read.take_away(at - 1),
            Change::DeletedForward if behind > 0 => {
                read.take_away(at);
                behind -= 1;
            }
            _ => {}
        }
    }
    // The plus alone can't be taken away: the digits behind it would mean another number.
    read.has_plus |= is_deleted && old.has_plus && !read.digits.is_empty();

    // What came in around an empty field's calling code is a number of its own. In front of it, typing too.
    let inserted = match change {
        Change::Pasted => text.strip_suffix(before).or_else(|| text.strip_prefix(before)),
        Change::Typed => text.strip_suffix(before),
        Change::Deleted | Change::DeletedForward => None,
    };
    if let Some(inserted) = inserted.filter(|_| is_prefix(&old, chosen)) {
        let inserted = Read::of(inserted, usize::MAX);
        if !inserted.digits.is_empty() {
            read = inserted;
            behind = 0;
        }
    }

    let is_dialling = !read.has_plus && matches!(&*read.digits, "0" | "00" | "01" | "011");
    let text = if read.digits.is_empty() {
        if read.has_plus { "+".to_owned() } else { String::new() }
    } else if is_dialling {
        // May become an international prefix.
        read.digits
    } else {
        let is_pasted = change == Change::Pasted;
        // What stands behind the caret was there before, and none of it was meant.
        let kept = if is_pasted { 0 } else { behind };
        group(&read.international(chosen, is_pasted, kept), chosen, !is_deleted)
    };
    let digits = Read::of(&text, 0).digits;
    let country = country_of(&digits, chosen).filter(|_| text.starts_with('+')).unwrap_or(chosen);
    Edited { caret: place(&text, behind, is_deleted), text, country }
}

/// Whether there is nothing but the calling code that the field itself put there.
fn is_prefix(read: &Read, chosen: Country) -> bool {
    read.digits.is_empty() || read.has_plus && read.digits == chosen.calling_code()
}

fn begins(national: &str, digit: Option<&str>) -> bool {
    digit.is_some_and(|digit| national.starts_with(digit))
}

fn is_code(digits: &str) -> bool {
    Country::all().any(|country| country.calling_code() == digits)
}

/// So many digits stand behind the caret.
fn digits_behind(text: &str, caret: usize) -> usize {
    let mut units = 0;
    let mut behind = 0;
    for character in text.chars() {
        behind += usize::from(units >= caret && digit(character).is_some());
        units += character.len_utf16();
    }
    behind
}

/// Where the caret stands with so many digits behind it.
fn place(text: &str, behind: usize, after_digit: bool) -> usize {
    let mut left = behind;
    let mut at = text.len();
    for (index, byte) in text.bytes().enumerate().rev() {
        if left == 0 && !(after_digit && behind > 0 && byte == b' ') {
            break;
        }
        left = left.saturating_sub(usize::from(byte.is_ascii_digit()));
        at = index;
    }
    at
}

fn digit(character: char) -> Option<char> {
    // Full-width, Arabic-Indic and extended Arabic-Indic digits are what some keyboards type.
    let zero = match character {
        '0'..='9' => return Some(character),
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return None,
    };
    char::from_digit(character as u32 - zero, 10)
}

/// Whether it may begin a word for an extension. What Unicode knows of letters is 1.3 KB of brotli.
fn is_letter(character: char) -> bool {
    // Latin to Hebrew, Arabic without its digits, the scripts of East Asia.
    matches!(character, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{5ff}' | '\u{620}'..='\u{64a}' | '\u{3040}'..='\u{d7ff}')
}

/// The digits of a text, and whether they are international.
struct Read {
    has_plus: bool,
    digits: String,
}

impl Read {
    /// Reads a text in which what stands before `caret`, in UTF-16 units, may just have come in.
    fn of(text: &str, caret: usize) -> Self {
        let mut read = Self { has_plus: false, digits: String::new() };
        let mut is_extension = false;
        let mut units = 0;
        for character in text.chars() {
            let length = read.digits.len();
            // What was in the field already is no extension of what came in.
            is_extension &= units < caret;
            units += character.len_utf16();
            match character {
                // In front of nothing but a calling code, or of the number of an item, it begins a number that came in
                // there. Elsewhere it is a slip.
                '+' | '\u{ff0b}' if length <= 3 && (!read.has_plus || is_code(&read.digits)) => {
                    read.has_plus = true;
                    read.digits.clear();
                }
                '#' | ';' | ',' => is_extension |= length >= 7,
                letter if is_letter(letter) => is_extension |= length >= 7,
                _ => {}
            }
            read.digits.extend(digit(character).filter(|_| length < 32 && !is_extension));
        }
        read
    }

    fn take_away(&mut self, at: usize) {
        if let (Some(before), Some(after)) = (self.digits.get(..at), self.digits.get(at + 1..)) {
            self.digits = [before, after].concat();
        }
    }

    /// The international digits; with `complete`, of a number that came in one piece. The last `kept` stay.
    fn international(&self, chosen: Country, complete: bool, kept: usize) -> String {
        let code = chosen.calling_code();
        let digits = &*self.digits;
        if self.has_plus {
            return normal(digits.to_owned(), chosen, kept);
        }
        let dialled = match code {
            "1" => digits.strip_prefix("011"),
            "7" | "375" => digits.strip_prefix("810").filter(|rest| rest.len() >= 9),
            "61" => digits.strip_prefix("0011"),
            "81" => digits.strip_prefix("010"),
            _ => None,
        };
        if let Some(rest) = dialled.or(digits.strip_prefix("00")) {
            return normal(rest.to_owned(), chosen, kept);
        }
        let has_code = digits.strip_prefix(code).is_some_and(|rest| {
            let rest = chosen.without_trunk(rest).unwrap_or(rest);
            let usual = chosen.groups().sum::<usize>();
            chosen.fits(rest)
                && (!chosen.fits(digits)
                    || complete && digits.len() != usual && (rest.len() == usual || digits.len() > 10))
        });
        normal(if has_code { digits.to_owned() } else { [code, digits].concat() }, chosen, kept)
    }
}

/// Takes away what is dialled inside the country only, and a calling code that is there twice; the last `kept`
/// digits stay.
fn normal(mut digits: String, chosen: Country, kept: usize) -> String {
    // A number may have both, and without them be of another country.
    while let Some(country) = country_of(&digits, chosen) {
        let code = country.calling_code();
        let national = digits.get(code.len()..).unwrap_or_default();
        let rest = country.without_code(national).or_else(|| country.without_trunk(national));
        let Some(rest) = rest.filter(|rest| rest.len() >= kept) else { break };
        digits = [code, rest].concat();
    }
    digits
}

fn international(text: &str, chosen: Country, complete: bool) -> String {
    let read = Read::of(text, usize::MAX);
    if read.digits.is_empty() { String::new() } else { read.international(chosen, complete, 0) }
}

/// `digits` with a plus and in groups; behind a calling code alone there is a blank where a number is `to_be_typed`.
fn group(digits: &str, chosen: Country, to_be_typed: bool) -> String {
    let Some(country) = country_of(digits, chosen) else { return ["+", digits].concat() };
    let mut text = String::with_capacity(2 * digits.len() + 2);
    text.push('+');
    text.push_str(country.calling_code());
    let mut rest = digits.get(country.calling_code().len()..).unwrap_or_default();
    if rest.is_empty() && to_be_typed {
        text.push(' ');
    }
    let mut groups = country.groups().peekable();
    while !rest.is_empty() {
        let size = groups.next().unwrap_or(rest.len());
        // What is more than the example had belongs to its last group.
        let size = if groups.peek().is_none() { rest.len() } else { size.min(rest.len()) };
        let (part, others) = rest.split_at_checked(size).unwrap_or((rest, ""));
        text.push(' ');
        text.push_str(part);
        rest = others;
    }
    text
}
