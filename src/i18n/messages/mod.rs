//! The messages: every locale is a value of the same structs, so a message that is missing fails the build.

#[allow(dead_code, reason = "a build has what it shows of them")]
pub(crate) mod en;
#[allow(dead_code, reason = "a build has what it shows of them")]
pub(crate) mod ru;

use std::{array, str::Split};

/// Messages that can be written out line by line, in the order of the struct, and read again.
pub(crate) trait Catalogue {
    #[allow(dead_code, reason = "the build writes with it, the widget reads")]
    fn write(&self, lines: &mut Vec<&'static str>);

    #[allow(dead_code, reason = "the build writes, the widget reads with it")]
    fn read(lines: &mut Split<'static, char>) -> Self;
}

impl Catalogue for &'static str {
    fn write(&self, lines: &mut Vec<&'static str>) {
        lines.push(self);
    }

    #[inline(never)]
    fn read(lines: &mut Split<'static, char>) -> Self {
        lines.next().unwrap_or_default()
    }
}

impl<T: Catalogue, const N: usize> Catalogue for [T; N] {
    fn write(&self, lines: &mut Vec<&'static str>) {
        for each in self {
            each.write(lines);
        }
    }

    fn read(lines: &mut Split<'static, char>) -> Self {
        array::from_fn(|_| T::read(lines))
    }
}

macro_rules! catalogues {
    ($(
        $(#[$about:meta])*
        pub(crate) struct $name:ident {
            $($(#[$note:meta])* pub(crate) $message:ident: $kind:ty,)*
        }
    )*) => {$(
        $(#[$about])*
        pub(crate) struct $name {
            $($(#[$note])* pub(crate) $message: $kind,)*
        }

        impl Catalogue for $name {
            fn write(&self, lines: &mut Vec<&'static str>) {
                $(self.$message.write(lines);)*
            }

            fn read(lines: &mut Split<'static, char>) -> Self {
                Self { $($message: Catalogue::read(lines),)* }
            }
        }
    )*};
}

catalogues! {
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
        pub(crate) offline: &'static str,
        pub(crate) reconnecting: &'static str,
        pub(crate) try_again: &'static str,
        pub(crate) bad_option: Words,
        pub(crate) bad_base: &'static str,
        pub(crate) bad_customer_id: &'static str,
        pub(crate) bad_instance_id: &'static str,
        pub(crate) bad_country: &'static str,
        pub(crate) bad_channels: &'static str,
        pub(crate) bad_family: &'static str,
        pub(crate) unauthorized: Words,
        pub(crate) forbidden: Words,
        pub(crate) no_proxy: Words,
        pub(crate) rejected: Words,
        pub(crate) join_refused: Words,
        pub(crate) link_refused: Words,
        pub(crate) no_answer: Words,
        pub(crate) bad_code: Words,
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
        pub(crate) help: &'static str,
        pub(crate) help_items: [&'static str; 4],
        pub(crate) same_phone: &'static str,
        pub(crate) share: &'static str,
        pub(crate) copied: &'static str,
        pub(crate) said_ready: &'static str,
        pub(crate) said_renewed: &'static str,
    }

    /// What the logins by phone number have in common.
    pub(crate) struct Login {
        pub(crate) start_over: &'static str,
        pub(crate) log_out: &'static str,
        pub(crate) keep: &'static str,
        pub(crate) sending: &'static str,
        pub(crate) resetting: &'static str,
        /// `{at}` stands for a time.
        pub(crate) since: &'static str,
        /// `{at}` stands for a time.
        pub(crate) before: &'static str,
        pub(crate) phone: &'static str,
        pub(crate) country: &'static str,
        pub(crate) find_country: &'static str,
        pub(crate) no_country: &'static str,
        pub(crate) code: &'static str,
        pub(crate) password: &'static str,
        pub(crate) show: &'static str,
        pub(crate) hide: &'static str,
        pub(crate) send_phone: &'static str,
        pub(crate) send_code: &'static str,
        pub(crate) send_password: &'static str,
        pub(crate) phone_empty: &'static str,
        pub(crate) phone_short: &'static str,
        pub(crate) phone_long: &'static str,
        pub(crate) phone_unknown: &'static str,
        pub(crate) code_empty: &'static str,
        pub(crate) password_empty: &'static str,
        pub(crate) wrong_phone: &'static str,
        pub(crate) wrong_code: &'static str,
        pub(crate) expired_code: &'static str,
        pub(crate) wrong_password: &'static str,
        /// `{at}` stands for a time.
        pub(crate) wait: &'static str,
        pub(crate) no_session: &'static str,
        /// `{words}` stands for what the service said.
        pub(crate) service_says: &'static str,
        pub(crate) not_sent: &'static str,
        pub(crate) unanswered: &'static str,
        pub(crate) no_progress: &'static str,
        pub(crate) status: &'static str,
        pub(crate) unavailable: &'static str,
    }

    /// The words of a service that is logged in to by phone number.
    pub(crate) struct Service {
        pub(crate) connecting: Words,
        pub(crate) phone: Words,
        /// The body's `{phone}` stands for the number.
        pub(crate) code: Words,
        /// The body of the code's step where the number is not known.
        pub(crate) code_elsewhere: &'static str,
        /// What must be said about the code.
        pub(crate) code_warning: &'static str,
        pub(crate) password: Words,
        pub(crate) authorized: Words,
        pub(crate) unknown: Words,
        /// `{at}` stands for a time.
        pub(crate) ended: &'static str,
        pub(crate) log_out_question: Words,
        /// The way to the code's step for who has one already; empty where the service says itself what it waits for.
        pub(crate) have_code: &'static str,
        /// What "start over" is called where there is no step to go back from.
        pub(crate) end_session: &'static str,
    }

    /// The words of the Telegram bot.
    pub(crate) struct Bot {
        pub(crate) form: Words,
        pub(crate) loading: &'static str,
        pub(crate) token: &'static str,
        pub(crate) token_hint: &'static str,
        pub(crate) token_empty: &'static str,
        pub(crate) token_form: &'static str,
        pub(crate) menu: &'static str,
        pub(crate) menu_hint: &'static str,
        pub(crate) menu_title: &'static str,
        pub(crate) menu_link: &'static str,
        pub(crate) title_missing: &'static str,
        pub(crate) link_missing: &'static str,
        pub(crate) link_form: &'static str,
        pub(crate) connect: &'static str,
        pub(crate) connected: Words,
        pub(crate) open: &'static str,
        pub(crate) status: &'static str,
        pub(crate) running: &'static str,
        pub(crate) change: &'static str,
        pub(crate) no_instance: Words,
    }

    /// The words of the web messenger.
    pub(crate) struct Chat {
        pub(crate) title: &'static str,
        pub(crate) desktop: &'static str,
        pub(crate) ready: &'static str,
        pub(crate) late: Words,
        pub(crate) blocked: Words,
        pub(crate) doubt: &'static str,
        pub(crate) refused: Words,
        pub(crate) open: &'static str,
        pub(crate) no_link: &'static str,
        pub(crate) bad_link: &'static str,
        pub(crate) bad_host: &'static str,
        pub(crate) bad_phone: &'static str,
        pub(crate) bad_routing: &'static str,
        pub(crate) bad_sender_id: &'static str,
        pub(crate) bad_username: &'static str,
        pub(crate) not_telegram: &'static str,
    }

    /// The words of the notes.
    pub(crate) struct Notes {
        pub(crate) title: &'static str,
        pub(crate) empty: Words,
        pub(crate) nothing_known: &'static str,
        pub(crate) not_known: &'static str,
        pub(crate) elsewhere: &'static str,
        pub(crate) take_theirs: &'static str,
        /// `{n}` counts the notes from 1.
        pub(crate) note: &'static str,
        pub(crate) note_title: &'static str,
        pub(crate) note_body: &'static str,
        /// `{n}` is a number of characters.
        pub(crate) left: Plural,
        /// `{n}` is a number of characters.
        pub(crate) over: Plural,
        pub(crate) grip: &'static str,
        pub(crate) up: &'static str,
        pub(crate) down: &'static str,
        pub(crate) remove: &'static str,
        pub(crate) italic: &'static str,
        pub(crate) link: &'static str,
        pub(crate) line_break: &'static str,
        pub(crate) preview: &'static str,
        pub(crate) no_text: &'static str,
        pub(crate) address: &'static str,
        pub(crate) bad_address: &'static str,
        pub(crate) insert: &'static str,
        pub(crate) cancel: &'static str,
        pub(crate) add: &'static str,
        pub(crate) undo: &'static str,
        pub(crate) removed: &'static str,
        /// `{at}` stands for the new place in the list, counted from 1.
        pub(crate) moved: &'static str,
        pub(crate) save: &'static str,
        pub(crate) saving: &'static str,
        pub(crate) saved: &'static str,
        /// `{places}` stands for messengers and times.
        pub(crate) saved_to: &'static str,
        pub(crate) unsaved: &'static str,
        pub(crate) discard: &'static str,
        pub(crate) discard_question: Words,
        pub(crate) delete_all: &'static str,
        pub(crate) deleting: &'static str,
        pub(crate) deleted: &'static str,
        pub(crate) delete_question: Words,
        pub(crate) overwrite: &'static str,
        pub(crate) overwrite_question: Words,
        pub(crate) keep: &'static str,
        pub(crate) blank: &'static str,
        pub(crate) long_title: &'static str,
        pub(crate) long_body: &'static str,
        pub(crate) offline: &'static str,
        pub(crate) not_sent: &'static str,
        pub(crate) unanswered: &'static str,
        pub(crate) unavailable: &'static str,
        /// `{words}` stands for what the service said.
        pub(crate) service_says: &'static str,
        pub(crate) of_phone: &'static str,
        pub(crate) of_username: &'static str,
        pub(crate) of_user_id: &'static str,
        pub(crate) bad_nobody: &'static str,
        pub(crate) bad_phone: &'static str,
        pub(crate) bad_username: &'static str,
        pub(crate) bad_user_id: &'static str,
        pub(crate) bad_notes: &'static str,
    }

    /// The words of who comes into the chat.
    pub(crate) struct Access {
        pub(crate) title: Words,
        pub(crate) link: &'static str,
        pub(crate) ask: &'static str,
        pub(crate) open: &'static str,
        pub(crate) open_warning: &'static str,
        pub(crate) rule: &'static str,
        pub(crate) short: &'static str,
        pub(crate) letters_only: &'static str,
        pub(crate) make: &'static str,
        pub(crate) made_locked: &'static str,
        pub(crate) made_open: &'static str,
        pub(crate) chat_link: &'static str,
        pub(crate) no_link: &'static str,
        pub(crate) copy: &'static str,
        pub(crate) copied: &'static str,
        pub(crate) copy_failed: &'static str,
        pub(crate) password: Words,
        pub(crate) new_password: &'static str,
        pub(crate) change: &'static str,
        pub(crate) changed: &'static str,
        pub(crate) delete: Words,
        pub(crate) ask_delete: &'static str,
        /// `{word}` stands for [`Self::word`].
        pub(crate) type_word: &'static str,
        pub(crate) word: &'static str,
        /// `{word}` stands for [`Self::word`].
        pub(crate) word_wrong: &'static str,
        pub(crate) delete_now: &'static str,
        pub(crate) keep: &'static str,
        pub(crate) deleted: &'static str,
        pub(crate) conversations: Plural,
        pub(crate) messages: Plural,
    }

    /// The words of the list of channels.
    pub(crate) struct Connect {
        pub(crate) title: &'static str,
        pub(crate) whatsapp: &'static str,
        pub(crate) telegram: &'static str,
        pub(crate) max: &'static str,
        pub(crate) bot: &'static str,
        pub(crate) back: &'static str,
        pub(crate) loading: &'static str,
        pub(crate) connected: &'static str,
        /// `{phone}` stands for a number, or a bot's name.
        pub(crate) connected_as: &'static str,
        pub(crate) not_connected: &'static str,
        pub(crate) needs_code: &'static str,
        pub(crate) needs_password: &'static str,
        pub(crate) needs_qr_code: &'static str,
        pub(crate) ended: &'static str,
        pub(crate) not_told: &'static str,
        pub(crate) unavailable: &'static str,
        pub(crate) connect: &'static str,
        pub(crate) manage: &'static str,
        pub(crate) go_on: &'static str,
    }
}
