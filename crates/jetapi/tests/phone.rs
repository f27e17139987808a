//! The phone field, as people use it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jetapi::phone::{Change, Country, Edited, PhoneProblem, choose, digits, edit, format, prefix};
use proptest::prelude::*;

fn country(iso: &str) -> Country {
    Country::from_iso(iso).unwrap()
}

fn paste(iso: &str, text: &str) -> String {
    let before = prefix(country(iso));
    let after = [&*before, text].concat();
    edit(&before, &after, after.encode_utf16().count(), country(iso), Change::Pasted).text
}

/// Types at the end of the field, character by character.
fn type_in(iso: &str, before: &str, typed: &str) -> Edited {
    let start = Edited { text: before.into(), caret: before.len(), country: country(iso) };
    typed.chars().fold(start, |Edited { mut text, caret, country }, character| {
        let before = text.clone();
        text.insert(caret, character);
        edit(&before, &text, caret + character.len_utf16(), country, Change::Typed)
    })
}

#[test]
fn pasted_in_any_form() {
    for (iso, text, want) in [
        ("RU", "+79261234567", "+7 926 123 45 67"),
        ("RU", "+7 (926) 123-45-67", "+7 926 123 45 67"),
        ("RU", "8 926 123-45-67", "+7 926 123 45 67"),
        ("RU", "8(926)1234567", "+7 926 123 45 67"),
        ("RU", "79261234567", "+7 926 123 45 67"),
        ("RU", "9261234567", "+7 926 123 45 67"),
        ("RU", "926.123.45.67", "+7 926 123 45 67"),
        ("RU", "тел. +7\u{a0}926\u{2011}123\u{2013}45\u{2014}67", "+7 926 123 45 67"),
        ("RU", "tel:+7-926-123-45-67", "+7 926 123 45 67"),
        ("RU", "\u{202d}+7 926 123 45 67\u{202c}", "+7 926 123 45 67"),
        ("RU", "+7 926 123 45 67 доб. 12", "+7 926 123 45 67"),
        ("RU", "+7 926 123 45 67 ext 12", "+7 926 123 45 67"),
        ("RU", "+7 926 123 45 67 תוספת 12", "+7 926 123 45 67"),
        ("RU", "+7 926 123 45 67 تحويلة 12", "+7 926 123 45 67"),
        ("RU", "+7 926 123 45 67 转 12", "+7 926 123 45 67"),
        ("RU", "٨٩٢٦١٢٣٤٥٦٧", "+7 926 123 45 67"),
        ("RU", "＋７９２６１２３４５６７", "+7 926 123 45 67"),
        ("RU", "0049 171 1234567", "+49 1711 234567"),
        ("RU", "8 10 49 171 1234567", "+49 1711 234567"),
        ("RU", "+49 (0)171 1234567", "+49 1711 234567"),
        ("RU", "+1 204 555 0123", "+1 204 555 0123"),
        ("RU", "87012345678", "+7 701 234 5678"),
        ("DE", "0171 1234567", "+49 1711 234567"),
        ("DE", "0171/1234567", "+49 1711 234567"),
        ("DE", "491711234567", "+49 1711 234567"),
        ("GB", "07400 123456", "+44 7400 123456"),
        ("US", "(201) 555-0123", "+1 201 555 0123"),
        ("US", "1-201-555-0123", "+1 201 555 0123"),
        ("US", "011 49 171 1234567", "+49 1711 234567"),
        ("IT", "06 1234 5678", "+39 061 234 5678"),
        ("HU", "06 20 123 4567", "+36 20 123 4567"),
        ("BY", "8 029 123-45-67", "+375 29 123 45 67"),
        ("BY", "+375 (029) 123-45-67", "+375 29 123 45 67"),
        ("BY", "8 10 7 926 123-45-67", "+7 926 123 45 67"),
        ("LT", "8 612 34567", "+370 612 34567"),
        ("RU", "8 (812) 345-67-89", "+7 812 345 67 89"),
        ("RU", "8 (846) 345-67-89", "+7 846 345 67 89"),
        ("RU", "1. +7 926 123-45-67", "+7 926 123 45 67"),
        ("RU", "2) +49 171 1234567", "+49 1711 234567"),
        ("RU", "+7 926 123-45-67, +7 903 765-43-21", "+7 926 123 45 67"),
        ("DE", "49 (0)171 1234567", "+49 1711 234567"),
        ("UA", "380 (0)67 123 45 67", "+380 67 123 4567"),
        ("AU", "0011 49 171 1234567", "+49 1711 234567"),
        ("JP", "010 49 171 1234567", "+49 1711 234567"),
        // What is a trunk prefix elsewhere is a part of the number in Italy.
        ("IT", "+39 (0)6 1234 5678", "+39 061 234 5678"),
        ("RU", "+888 0123 4567", "+88801234567"),
    ] {
        assert_eq!(paste(iso, text), want, "{iso} {text}");
    }
}

#[test]
fn pasted_over_all_there_was() {
    let before = "+7 926 123 45 67";
    for (text, want) in
        [("+375 29 123-45-67", "+375 29 123 45 67"), ("89031234567", "+7 903 123 45 67"), ("", "")]
    {
        let edited = edit(before, text, text.len(), country("RU"), Change::Pasted);
        assert_eq!(edited.text, want);
    }
}

#[test]
fn around_the_calling_code_of_an_empty_field() {
    for text in ["+79261234567+7 ", "89261234567+7 ", "+79261234567", "+7 +7 926 123-45-67", "+7 89261234567"]
    {
        let edited = edit("+7 ", text, text.find("67").unwrap() + 2, country("RU"), Change::Pasted);
        assert_eq!((&*edited.text, edited.caret), ("+7 926 123 45 67", 16), "{text}");
    }
}

/// A browser that fills a form in may leave the caret anywhere.
#[test]
fn filled_in_by_the_browser() {
    for text in ["89261234567", "+79261234567", "79261234567"] {
        assert_eq!(edit("+7 ", text, 0, country("RU"), Change::Pasted).text, "+7 926 123 45 67", "{text}");
    }
}

/// A digit too many is told: it makes no other number.
#[test]
fn a_digit_too_many_takes_no_other_away() {
    for (iso, text) in [
        ("KZ", "+7 701 234 56789"),
        ("RU", "+7 812 345 67 890"),
        ("RU", "+7 861 234 56 789"),
        ("US", "+1 201 555 01234"),
    ] {
        let all = edit(text, text, text.len(), country(iso), Change::Typed).text;
        let digits_of = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        assert_eq!(digits_of(&all), digits_of(text), "{iso}");
        assert_eq!(digits(&all, country(iso)), Err(PhoneProblem::TooLong), "{iso} {text}");
    }
}

#[test]
fn shown_as_the_server_gave_it() {
    for (given, want) in [
        ("79261234567", "+7 926 123 45 67"),
        ("+79261234567", "+7 926 123 45 67"),
        ("5215512345678", "+52 155 123 45678"),
        ("999123", "+999123"),
        ("", ""),
        ("unknown", "unknown"),
        ("+7 (926) 123-45-67", "+7 (926) 123-45-67"),
    ] {
        assert_eq!(format(given), want);
    }
}

#[test]
fn what_is_sent() {
    for (iso, text, want) in [
        ("RU", "+7 926 123 45 67", Ok("79261234567")),
        ("RU", "+7 ", Err(PhoneProblem::Empty)),
        ("RU", "", Err(PhoneProblem::Empty)),
        ("RU", "+", Err(PhoneProblem::Empty)),
        ("RU", "+7 926 123 45 6", Err(PhoneProblem::TooShort)),
        ("RU", "+7 926 123 45 678", Err(PhoneProblem::TooLong)),
        ("RU", "+999 123", Err(PhoneProblem::UnknownCode)),
        ("DE", "+49 1711 234567", Ok("491711234567")),
        ("DE", "0", Err(PhoneProblem::Empty)),
        ("RU", "+39 06 12345", Ok("390612345")),
        ("RU", "+43 1 115", Ok("431115")),
        ("RU", "+52 1 55 1234 5678", Ok("5215512345678")),
        ("RU", "+229 97 12 34 56", Ok("22997123456")),
        // Not too long for Germany, but for the world.
        ("RU", "+49 3040 6484279 933", Err(PhoneProblem::TooLong)),
        ("RU", "+888 0123 4567", Ok("88801234567")),
        ("RU", "+888 012", Err(PhoneProblem::TooShort)),
        ("RU", "+888 0123 4567 89012", Err(PhoneProblem::TooLong)),
    ] {
        assert_eq!(digits(text, country(iso)).as_deref(), want.as_ref().map(|it| *it), "{iso} {text}");
    }
}

#[test]
fn the_country_follows_the_digits() {
    for (chosen, text, want) in [
        ("RU", "+7 9", "RU"),
        ("RU", "+7 7", "KZ"),
        ("KZ", "+7 ", "KZ"),
        ("KZ", "+7 9", "RU"),
        ("US", "+1 ", "US"),
        ("US", "+1 2", "US"),
        ("CA", "+1 2", "CA"),
        ("CA", "+1 201", "US"),
        ("US", "+1 204", "CA"),
        ("US", "+1 876", "JM"),
        ("US", "+44 1481", "GG"),
        ("GB", "+44 74", "GB"),
        ("RU", "+4", "RU"),
        ("RU", "+999", "RU"),
        ("VA", "+39 ", "VA"),
    ] {
        let edited = edit(text, text, text.len(), country(chosen), Change::Typed);
        assert_eq!(edited.country, country(want), "{chosen} {text}");
    }
}

#[test]
fn another_country_keeps_the_number() {
    for (text, from, to, want) in [
        ("+7 926 123", "RU", "DE", "+49 9261 23"),
        ("+7 ", "RU", "DE", "+49 "),
        ("", "RU", "US", "+1 "),
        ("+999 12", "RU", "US", "+1 "),
        ("+1 201 555 0123", "US", "CA", "+1 201 555 0123"),
    ] {
        assert_eq!(choose(text, country(from), country(to)), want, "{text} to {to}");
    }
}

#[test]
fn the_caret_stays_behind_its_digit() {
    // The caret is the bar.
    for (before, after, change, want) in [
        ("+7 926|", "+7 9261|", Change::Typed, "+7 926 1|"),
        ("+7 926| 12", "+7 9263| 12", Change::Typed, "+7 926 3|12"),
        ("+7 9|26 12", "+7 95|26 12", Change::Typed, "+7 95|2 612"),
        ("+7 926 1|2", "+7 926 |2", Change::Deleted, "+7 926| 2"),
        ("+7 926 |12", "+7 926|12", Change::Deleted, "+7 92|1 2"),
        ("+7 926| 12", "+7 926|12", Change::DeletedForward, "+7 926| 2"),
        ("+7 |", "+7|", Change::Deleted, "+|"),
        ("+|", "|", Change::Deleted, "|"),
        ("+|7 926 12", "|7 926 12", Change::Deleted, "+|7 926 12"),
        ("|", "9|", Change::Typed, "+7 9|"),
        ("|", "+|", Change::Typed, "+|"),
        ("+|", "+4|", Change::Typed, "+4|"),
        ("+4|", "+49|", Change::Typed, "+49 |"),
        // A letter, a pause or a second plus where they do not belong take nothing with them.
        ("+7 926 12|3 45 67", "+7 926 12x|3 45 67", Change::Typed, "+7 926 12|3 45 67"),
        ("+7 926 123| 45 67", "+7 926 123,| 45 67", Change::Typed, "+7 926 123 |45 67"),
        ("+7 92|", "+7 92+|", Change::Typed, "+7 92|"),
        // What the digits behind the caret look like now is no reason to take one of them away.
        ("+|64 600 000 000", "+4|64 600 000 000", Change::Typed, "+4|6 46 000 00 000"),
        ("+49 1|017 1123", "+49 |017 1123", Change::Deleted, "+49| 0171 123"),
        ("|+7 ", "9|+7 ", Change::Typed, "+7 9|"),
        ("+7 |", "+7 8|", Change::Typed, "+7 8|"),
        ("+7 8|", "+7 89|", Change::Typed, "+7 9|"),
        ("+7 926 123 45 67|", "+7 926 123 45 678|", Change::Typed, "+7 926 123 45 678|"),
    ] {
        let [before, after, want] = [before, after, want].map(|text| {
            let caret = text.find('|').unwrap();
            (text.replace('|', ""), caret)
        });
        let edited = edit(&before.0, &after.0, after.1, country("RU"), change);
        assert_eq!((edited.text, edited.caret), want, "{before:?} to {after:?}");
    }
}

#[test]
fn typed_as_people_dial() {
    for (iso, typed, want) in [
        ("RU", "9261234567", "+7 926 123 45 67"),
        ("RU", "89261234567", "+7 926 123 45 67"),
        ("RU", "79261234567", "+7 926 123 45 67"),
        ("DE", "01711234567", "+49 1711 234567"),
        ("US", "12015550123", "+1 201 555 0123"),
    ] {
        assert_eq!(type_in(iso, &prefix(country(iso)), typed).text, want, "{iso} {typed}");
        assert_eq!(type_in(iso, "", typed).text, want, "{iso} {typed} into nothing");
    }
    assert_eq!(type_in("DE", "", "00375291234567").text, "+375 29 123 45 67");
    assert_eq!(type_in("US", "", "011375291234567").text, "+375 29 123 45 67");
}

#[test]
fn every_example_is_grouped_as_libphonenumber_does() {
    for line in include_str!("phone_examples.txt").lines() {
        let [iso, want, national] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
        let number: String = want.chars().filter(char::is_ascii_digit).collect();
        let plain = want.replace('-', " ");
        assert_eq!(format(&number), plain, "{iso}");
        assert_eq!(paste("RU", want), plain, "{iso} pasted");
        assert_eq!(paste(iso, &number), plain, "{iso} pasted without its plus");
        let typed = type_in("RU", "", &["+", &number].concat());
        assert_eq!(typed.text, plain, "{iso} typed");
        assert_eq!(typed.country.calling_code(), country(iso).calling_code(), "{iso} typed");
        assert_eq!(digits(&plain, country("RU")).as_ref(), Ok(&number), "{iso}");
        // Inside Argentina a mobile number is dialled with a 15 for the 9 of the international form, and elsewhere in it.
        if iso != "AR" {
            assert_eq!(paste(iso, national), plain, "{iso} {national} pasted");
            let typed = type_in(iso, &prefix(country(iso)), national);
            assert_eq!(typed.text, plain, "{iso} {national} typed");
            assert_eq!(typed.country.calling_code(), country(iso).calling_code(), "{iso} {national} typed");
        }
    }
}

/// Backspace is never stuck, and takes one digit at a time.
#[test]
fn every_example_can_be_deleted() {
    for line in include_str!("phone_examples.txt").lines() {
        let number: String = line.split('\t').nth(1).unwrap().chars().filter(char::is_ascii_digit).collect();
        let (mut field, mut left) = (type_in("RU", "", &["+", &number].concat()), number.len());
        while left > 0 {
            let before = field.text.clone();
            field.text.remove(field.caret - 1);
            field = edit(&before, &field.text, field.caret - 1, field.country, Change::Deleted);
            left -= 1;
            assert_eq!(count(&field.text), left, "{line} at {before}");
        }
        assert_eq!(field.text, "+", "{line}");
    }
}

fn count(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn any_country() -> impl Strategy<Value = Country> {
    proptest::sample::select(Country::all().collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn nothing_typed_is_lost(text in "[+0-9 ()-]{0,20}", caret in 0_usize..20, chosen in any_country()) {
        let caret = caret.min(text.len());
        let once = edit("", &text, caret, chosen, Change::Typed);
        prop_assert!(once.text.is_ascii() && once.caret <= once.text.len());
        let again = edit(&once.text, &once.text, once.caret, once.country, Change::Typed);
        prop_assert_eq!(&again.text, &once.text);
        prop_assert_eq!(again.country, once.country);
        // The end of what was typed is there: only what stands in front of a national number may go.
        let typed: String = text.rsplit('+').next().unwrap().chars().filter(char::is_ascii_digit).collect();
        let shown: String = once.text.chars().filter(char::is_ascii_digit).collect();
        let tail = &typed[typed.len().saturating_sub(5)..];
        if typed.len() > 10 { prop_assert!(shown.ends_with(tail), "{} became {}", text, once.text); }
    }

    #[test]
    fn the_caret_stays_before_the_same_digits(
        number in "[1-9][0-9]{2,13}", at in 0_usize..20, typed in "[0-9x,. -]", chosen in any_country()
    ) {
        let field = type_in(chosen.iso(), "", &["+", &number].concat());
        let at = at.clamp(1, field.text.len());
        let (head, behind) = field.text.split_at(at);
        for (head, change) in
            [([head, &typed].concat(), Change::Typed), (head[..at - 1].to_owned(), Change::Deleted)]
        {
            let text = [&*head, behind].concat();
            let edited = edit(&field.text, &text, head.len(), field.country, change);
            prop_assert_eq!(count(&edited.text[edited.caret..]), count(behind), "{} became {:?}", text, edited);
        }
    }

    #[test]
    fn grouping_changes_no_digit(number in "[0-9]{1,20}") {
        let shown: String = format(&number).chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(shown, number);
    }

    #[test]
    fn any_text_is_taken(before in "\\PC{0,24}", text in "\\PC{0,24}", caret in 0_usize..30) {
        for change in [Change::Typed, Change::Deleted, Change::DeletedForward, Change::Pasted] {
            let edited = edit(&before, &text, caret, country("RU"), change);
            prop_assert!(edited.text.is_char_boundary(edited.caret));
            let _ = digits(&edited.text, edited.country);
        }
    }
}
