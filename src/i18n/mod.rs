//! Messages by locale.

mod format;
mod messages;

pub(crate) use format::{fill, moment, number, plural};
pub(crate) use messages::{Access, Bot, Chat, Connect, Login, Messages, Notes, Service, WhatsApp, Words};
#[cfg(not(feature = "russian"))]
pub(crate) use russian::add as add_russian;

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
}

// Apart from each other, so that a build without a component has none of its words.
macro_rules! catalogues {
    ($($(#[$condition:meta])? $name:ident: $kind:ident = $constant:ident,)*) => {
        impl Locale {
            $(pub(crate) fn $name(self) -> &'static $kind {
                match self {
                    Self::En => &messages::en::$constant,
                    Self::Ru => russian::$name(),
                }
            })*
        }

        #[cfg(feature = "russian")]
        mod russian {
            use super::messages::{ru, *};

            $(pub(super) const fn $name() -> &'static $kind {
                &ru::$constant
            })*
        }

        // English until they are there.
        #[cfg(not(feature = "russian"))]
        mod russian {
            use std::cell::Cell;

            use super::messages::{en, *};

            thread_local! {
                $(static $constant: Cell<Option<&'static $kind>> = const { Cell::new(None) };)*
            }

            $(pub(super) fn $name() -> &'static $kind {
                $constant.get().unwrap_or(&en::$constant)
            })*

            pub(crate) fn add(text: &'static str) {
                let lines = &mut text.split('\n');
                $($(#[$condition])? $constant.set(Some(Box::leak(Box::new(Catalogue::read(lines))))); )*
            }
        }
    };
}

catalogues! {
    messages: Messages = MESSAGES,
    #[cfg(feature = "whatsapp")]
    whatsapp: WhatsApp = WHATSAPP,
    #[cfg(feature = "accounts")]
    login: Login = LOGIN,
    #[cfg(feature = "accounts")]
    telegram: Service = TELEGRAM,
    #[cfg(feature = "accounts")]
    max: Service = MAX,
    #[cfg(feature = "accounts")]
    bot: Bot = BOT,
    #[cfg(feature = "accounts")]
    connect: Connect = CONNECT,
    #[cfg(feature = "accounts")]
    access: Access = ACCESS,
    #[cfg(feature = "chat")]
    chat: Chat = CHAT,
    #[cfg(feature = "notes")]
    notes: Notes = NOTES,
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
