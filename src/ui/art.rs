//! The pictures on the stage where no code is.

use leptos::prelude::*;
use leptos::svg;

/// What stands on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Art {
    /// The ghost of a code, while one is on its way.
    Ghost,
    /// Done.
    Check,
    /// Waiting for the user.
    Pause,
    /// Something is wrong.
    Alert,
    /// Unplugged.
    Unplugged,
}

/// A drawing, without meaning to a screen reader: the words beside it say the same.
pub(crate) fn art(art: Art) -> impl IntoView {
    let (class, view_box, path) = match art {
        Art::Ghost => (
            "ghost",
            "0 0 33 33",
            "M4 4h7v7H4zM22 4h7v7h-7zM4 22h7v7H4zM6 6h3v3H6zM24 6h3v3h-3zM6 24h3v3H6zM14 4h2v3h-2zM18 6h2v4h-2zM14 \
             10h3v2h-3zM4 14h4v2H4zM10 13h2v4h-2zM14 15h5v2h-5zM22 13h3v3h-3zM27 14h2v5h-2zM4 18h3v2H4zM13 19h2v4h-2zM18 \
             20h4v2h-4zM24 20h2v4h-2zM14 26h4v3h-4zM20 25h3v2h-3zM26 27h3v2h-3z",
        ),
        Art::Check => {
            ("icon check", "0 0 48 48", "M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40M15 24.5l6.5 6.5L34 18")
        }
        Art::Pause => ("icon", "0 0 48 48", "M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40M19 17v14M29 17v14"),
        Art::Alert => ("icon alert", "0 0 48 48", "M24 6 4 41h40zM24 19v11M24 35v.5"),
        Art::Unplugged => (
            "icon alert",
            "0 0 48 48",
            "M16 6h16a4 4 0 0 1 4 4v28a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4M22 36h4M19 17l10 10M29 17 19 27",
        ),
    };
    svg::svg()
        .attr("class", class)
        .attr("aria-hidden", "true")
        .attr("viewBox", view_box)
        .child(svg::path().attr("d", path))
}
