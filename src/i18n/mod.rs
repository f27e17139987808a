//! Messages by locale. Every locale is a value of one struct, so a message that is missing fails the build.

mod en;
mod format;
mod ru;

pub(crate) use format::{fill, moment, plural};

/// A language of the widget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Locale {
    /// The locale for a BCP 47 tag such as `ru`, `ru-RU` or `en-GB`; English for a language the widget has not.
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("ru") { Self::Ru } else { Self::En }
    }

    /// The locale's BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    pub(crate) const fn messages(self) -> &'static Messages {
        match self {
            Self::En => &en::MESSAGES,
            Self::Ru => &ru::MESSAGES,
        }
    }
}

/// A sentence with `{n}` in it, by the plural category of the number. A language leaves unused ones as `other`.
pub(crate) struct Plural {
    pub(crate) one: &'static str,
    pub(crate) few: &'static str,
    pub(crate) many: &'static str,
    pub(crate) other: &'static str,
}

/// A heading and the sentence below it.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) body: &'static str,
}

pub(crate) struct Messages {
    pub(crate) whatsapp: WhatsApp,
    pub(crate) offline: &'static str,
    pub(crate) reconnecting: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) bad_option: Words,
    pub(crate) bad_base: &'static str,
    pub(crate) bad_customer_id: &'static str,
}

pub(crate) struct WhatsApp {
    pub(crate) idle: Words,
    pub(crate) connecting: Words,
    pub(crate) preparing: Words,
    pub(crate) preparing_slow: Words,
    pub(crate) scan: Words,
    pub(crate) steps: [&'static str; 3],
    pub(crate) code_label: &'static str,
    /// `{n}` is a number of seconds.
    pub(crate) countdown: Plural,
    pub(crate) any_moment: &'static str,
    pub(crate) renewing: &'static str,
    pub(crate) connected: Words,
    /// `{at}` stands for a time.
    pub(crate) connected_since: &'static str,
    /// `{at}` stands for a time.
    pub(crate) connected_before: &'static str,
    pub(crate) paused_unscanned: Words,
    pub(crate) paused_hidden: Words,
    pub(crate) show_code: &'static str,
    /// The body's `{at}` stands for a time.
    pub(crate) disconnected: Words,
    pub(crate) connect_again: &'static str,
    pub(crate) unauthorized: Words,
    pub(crate) forbidden: Words,
    pub(crate) no_proxy: Words,
    pub(crate) rejected: Words,
    pub(crate) join_refused: Words,
    pub(crate) link_refused: Words,
    pub(crate) no_answer: Words,
    pub(crate) bad_code: Words,
    pub(crate) help: &'static str,
    pub(crate) help_items: [&'static str; 4],
    pub(crate) same_phone: &'static str,
    pub(crate) share: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) said_ready: &'static str,
    pub(crate) said_renewed: &'static str,
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Locale;

    #[wasm_bindgen_test]
    fn tags_find_their_locale() {
        for (tag, locale) in [
            ("ru", Locale::Ru),
            ("RU", Locale::Ru),
            ("ru-RU", Locale::Ru),
            ("ru_BY", Locale::Ru),
            ("rum", Locale::En),
            ("en-GB", Locale::En),
            ("de", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::from_tag(tag), locale, "{tag}");
        }
    }
}
