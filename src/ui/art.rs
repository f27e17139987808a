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
    /// On its way.
    Wait,
    /// A phone number is asked for.
    Phone,
    /// A code is asked for.
    Code,
    /// A password is asked for.
    Lock,
    /// A robot.
    Bot,
    /// WhatsApp: a speech bubble with a receiver.
    Bubble,
    /// Telegram: a paper plane.
    Plane,
    /// MAX: a bubble in a bubble.
    Max,
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
        Art::Wait => ("icon wait", "0 0 48 48", "M24 6a18 18 0 1 1-18 18"),
        Art::Phone => (
            "icon",
            "0 0 48 48",
            "M16 6h16a4 4 0 0 1 4 4v28a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4M22 36h4",
        ),
        Art::Code => (
            "icon",
            "0 0 48 48",
            "M10 8h28a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H24l-10 8v-8h-4a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4M16 21v.5M24 21v.5M32 21v.5",
        ),
        Art::Lock => (
            "icon",
            "0 0 48 48",
            "M13 21h22a3 3 0 0 1 3 3v15a3 3 0 0 1-3 3H13a3 3 0 0 1-3-3V24a3 3 0 0 1 3-3M16 21v-6a8 8 0 0 1 16 0v6M24 30v4",
        ),
        Art::Bot => (
            "icon",
            "0 0 48 48",
            "M12 17h24a4 4 0 0 1 4 4v15a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4V21a4 4 0 0 1 4-4M24 17V9M24 8v.5M17 27v.5M31 27v.5M19 34h10",
        ),
        Art::Bubble => (
            "icon",
            "0 0 48 48",
            "M24 6a18 18 0 0 0-15.5 27L6 42l9.2-2.4A18 18 0 1 0 24 6M18 16c-3 4 5 15 12.5 15.5 2-.5 2.5-2 2.5-4l-4-2-2.5 2c-2-1-4-3-5-5l2-2.5-2-4z",
        ),
        Art::Plane => ("icon", "0 0 48 48", "M6 23 42 8l-6 32-11-8-6 6-1-11zM18 27l18-14-11 19"),
        Art::Max => (
            "icon",
            "0 0 48 48",
            "M24 6a18 18 0 0 0-16 26l-2 10 10-2.5A18 18 0 1 0 24 6M24 15a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
        ),
    };
    svg::svg()
        .attr("class", class)
        .attr("aria-hidden", "true")
        .attr("viewBox", view_box)
        .child(svg::path().attr("d", path))
}
