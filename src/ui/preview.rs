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
