//! The messages of a part in another language than English, as the widget reads them: a line each.

#[path = "../../src/i18n/messages/mod.rs"]
mod messages;

use anyhow::{Result, ensure};
use messages::{Catalogue, ru};

/// Russian, for a build with these features of the widget.
pub(crate) fn russian(has_accounts: bool, has_dialog: bool) -> Result<String> {
    let mut catalogues: Vec<&dyn Lines> = vec![&ru::MESSAGES];
    if has_accounts {
        catalogues.extend([
            &ru::LOGIN as &dyn Lines,
            &ru::TELEGRAM,
            &ru::MAX,
            &ru::BOT,
            &ru::CONNECT,
            &ru::ACCESS,
        ]);
    }
    if has_dialog {
        catalogues.extend([&ru::CHAT as &dyn Lines, &ru::NOTES]);
    }
    let lines: Vec<_> = catalogues.into_iter().flat_map(Lines::lines).collect();
    ensure!(!lines.iter().any(|line| line.contains('\n')), "a message has a line break in it");
    Ok(lines.join("\n"))
}

trait Lines {
    fn lines(&self) -> Vec<&'static str>;
}

impl<T: Catalogue> Lines for T {
    fn lines(&self) -> Vec<&'static str> {
        let mut lines = Vec::new();
        self.write(&mut lines);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let text = russian(true, true).unwrap();
        let lines = &mut Box::leak(text.clone().into_boxed_str()).split('\n');
        let mut read = messages::Messages::read(lines).lines();
        read.extend(messages::Login::read(lines).lines());
        for _ in 0..2 {
            read.extend(messages::Service::read(lines).lines());
        }
        read.extend(messages::Bot::read(lines).lines());
        read.extend(messages::Connect::read(lines).lines());
        read.extend(messages::Access::read(lines).lines());
        read.extend(messages::Chat::read(lines).lines());
        read.extend(messages::Notes::read(lines).lines());
        assert_eq!(lines.next(), None);
        assert_eq!(read.join("\n"), text);
    }

    #[test]
    fn a_part_has_no_more_than_its_own() {
        let all = russian(true, true).unwrap().lines().count();
        let common = russian(false, false).unwrap().lines().count();
        let (accounts, dialog) = (russian(true, false).unwrap(), russian(false, true).unwrap());
        assert_eq!(accounts.lines().count() + dialog.lines().count(), all + common);
    }
}
