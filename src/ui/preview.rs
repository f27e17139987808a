//! Notes as the chat shows them.

use jetapi::markdown::{Span, parse};
use leptos::html;
use leptos::prelude::*;

/// The text with its links, italics and line breaks, made node by node: nothing in it is ever read as HTML.
pub(crate) fn preview(text: &str) -> AnyView {
    spans(&parse(text))
}

fn spans(spans: &[Span<'_>]) -> AnyView {
    spans.iter().map(span).collect::<Vec<_>>().into_any()
}

fn span(span: &Span<'_>) -> AnyView {
    match span {
        Span::Text(text) => (*text).to_owned().into_any(),
        Span::Break => html::br().into_any(),
        Span::Italic(inside) => html::em().child(spans(inside)).into_any(),
        Span::Link { address, label } => html::a()
            .attr("href", (*address).to_owned())
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .child(spans(label))
            .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use leptos::mount::mount_to;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::{Element, HtmlElement, Url};

    use super::*;

    fn document() -> web_sys::Document {
        web_sys::window().unwrap().document().unwrap()
    }

    const PARTS: [&str; 36] = [
        "_",
        "__",
        "[",
        "]",
        "](",
        "(",
        ")",
        "[a](https://b.example)",
        "[",
        "](https://c.example/(d))",
        "https://",
        "HTTPS://x",
        "mailto:a@b",
        "TEL:1",
        "javascript:alert(1)",
        "JaVaScRiPt://b.example/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//",
        "\n",
        "\r\n",
        " ",
        "a",
        "Ж",
        "😀",
        "\u{200f}",
        "\u{202e}",
        "\0",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;",
        "&#106;",
        "\\",
        "\"",
        "java\tscript:",
        "\u{a0}",
    ];

    /// Not random, so that what fails once fails again.
    struct Dice(u32);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 8) as usize % sides
        }

        fn parts(&mut self, most: usize) -> String {
            (0..self.roll(most)).map(|_| PARTS[self.roll(PARTS.len())]).collect()
        }

        /// Parts alone would hardly ever come to a link that leads where it must not.
        fn text(&mut self) -> String {
            let (before, label, address) = (self.parts(6), self.parts(3), self.parts(3));
            match self.roll(4) {
                0 => self.parts(16),
                1 => [&*before, " _", &label, "a_ ", &address].concat(),
                2 => [&*before, "[", &label, "a](", &address, "b)", &label].concat(),
                _ => ["_", &*before, "[_", &label, "a_](", &address, "/) b_"].concat(),
            }
        }
    }

    fn rendered(text: &str) -> Element {
        let root = document().create_element("div").unwrap();
        let text = text.to_owned();
        let mounted = mount_to(root.clone().unchecked_into::<HtmlElement>(), move || preview(&text));
        let copy = root.clone_node_with_deep(true).unwrap().unchecked_into();
        drop(mounted);
        copy
    }

    /// The texts, with line breaks for `br`, and all that is not on the list.
    fn read(node: &web_sys::Node, text: &mut String) {
        let children = node.child_nodes();
        for child in (0..children.length()).filter_map(|index| children.item(index)) {
            if let Some(element) = child.dyn_ref::<Element>() {
                let names: Vec<_> =
                    element.get_attribute_names().iter().filter_map(|name| name.as_string()).collect();
                match &*element.local_name() {
                    "br" => {
                        assert!(names.is_empty(), "{names:?}");
                        text.push('\n');
                    }
                    "em" => assert!(names.is_empty(), "{names:?}"),
                    "a" => {
                        assert_eq!(names, ["href", "target", "rel"]);
                        assert_eq!(element.get_attribute("rel").as_deref(), Some("noopener noreferrer"));
                        assert_eq!(element.get_attribute("target").as_deref(), Some("_blank"));
                        let href = element.get_attribute("href").unwrap();
                        // The browser has the last word about where it leads.
                        let scheme = Url::new(&href).map(|url| url.protocol());
                        if let Ok(scheme) = scheme {
                            assert!(["http:", "https:", "mailto:", "tel:"].contains(&&*scheme), "{href}");
                        }
                    }
                    other => panic!("an element {other}"),
                }
                read(&child, text);
            } else if child.node_type() == web_sys::Node::TEXT_NODE {
                text.push_str(&child.text_content().unwrap_or_default());
            }
        }
    }

    #[wasm_bindgen_test]
    fn whatever_is_typed_there_is_nothing_but_what_the_subset_has() {
        let mut dice = Dice(7);
        let mut links = 0;
        for _ in 0..4_000 {
            let typed = dice.text();
            let root = rendered(&typed);
            let mut text = String::new();
            read(&root, &mut text);
            links += root.query_selector_all("a").unwrap().length();
            // What is shown was typed, in that order.
            let mut left = typed.replace("\r\n", "\n");
            for character in text.chars() {
                let at = left.find(character).unwrap_or_else(|| panic!("{typed:?} shows {text:?}"));
                left.drain(..at + character.len_utf8());
            }
        }
        assert!(links > 500, "the dice are loaded: {links}");
    }
}
