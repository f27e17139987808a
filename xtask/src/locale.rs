//! The messages of a part in another language than English, as the widget reads them: a line each.

#[path = "../../src/i18n/messages/mod.rs"]
mod messages;

use anyhow::{Result, ensure};
use messages::{Catalogue, ru};

/// Russian, for a build with these features of the widget.
pub(crate) fn russian(features: &[&str]) -> Result<String> {
    let mut catalogues: Vec<&dyn Lines> = vec![&ru::MESSAGES];
    if features.contains(&"whatsapp") {
        catalogues.push(&ru::WHATSAPP);
    }
    if features.contains(&"accounts") {
        catalogues.extend([
            &ru::LOGIN as &dyn Lines,
            &ru::TELEGRAM,
            &ru::MAX,
            &ru::BOT,
            &ru::CONNECT,
            &ru::ACCESS,
        ]);
    }
    if features.contains(&"chat") {
        catalogues.push(&ru::CHAT);
    }
    if features.contains(&"notes") {
        catalogues.push(&ru::NOTES);
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
        let text = russian(&["whatsapp", "accounts", "chat", "notes"]).unwrap();
        let lines = &mut Box::leak(text.clone().into_boxed_str()).split('\n');
        let mut read = messages::Messages::read(lines).lines();
        read.extend(messages::WhatsApp::read(lines).lines());
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
        let count = |features: &[&str]| russian(features).unwrap().lines().count();
        let common = count(&[]);
        let (accounts, chat, notes) = (count(&["whatsapp", "accounts"]), count(&["chat"]), count(&["notes"]));
        let all = count(&["whatsapp", "accounts", "chat", "notes"]);
        assert_eq!(accounts + chat + notes, all + 2 * common);
        assert!(count(&["whatsapp"]) < accounts && common < chat && common < notes);
    }
}
