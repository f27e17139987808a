//! A QR symbol as SVG elements.

use leptos::prelude::*;
use leptos::svg;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of light around the symbol, as ISO/IEC 18004 demands.
const QUIET_ZONE: usize = 4;

/// A symbol drawn as one SVG path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Modules along a side, quiet zone included.
    side: usize,
    path: String,
}

impl Symbol {
    /// The symbol that holds `payload` byte for byte; `None` where it holds too much.
    ///
    /// The lowest error correction makes the largest modules, which is what a phone's camera wants of a clean
    /// screen; WhatsApp's own pages choose it too.
    pub(crate) fn new(payload: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(payload, EcLevel::L).ok()?;
        let width = code.width();
        let mut path = String::with_capacity(width * width * 3);
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    path.push('M');
                    push_number(&mut path, x + QUIET_ZONE);
                    path.push(' ');
                    push_number(&mut path, y + QUIET_ZONE);
                    path.push('h');
                    push_number(&mut path, run.len());
                    path.push_str("v1h-");
                    push_number(&mut path, run.len());
                    path.push('z');
                }
                x += run.len();
            }
        }
        Some(Self { side: width + 2 * QUIET_ZONE, path })
    }

    fn view_box(&self) -> String {
        let mut text = String::from("0 0 ");
        push_number(&mut text, self.side);
        text.push(' ');
        push_number(&mut text, self.side);
        text
    }
}

/// Writes a number without the formatting machinery of `core::fmt`, which costs more than all of this file.
fn push_number(text: &mut String, number: usize) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// The symbol on its light ground, redrawn only when `symbol` changes.
pub(crate) fn qr_code(
    symbol: Memo<Option<Symbol>>,
    label: impl Fn() -> &'static str + Send + 'static,
) -> impl IntoView {
    svg::svg()
        .attr("class", "qr")
        .attr("part", "code")
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("shape-rendering", "crispEdges")
        .attr("viewBox", move || symbol.with(|symbol| symbol.as_ref().map(Symbol::view_box)))
        .child(svg::path().attr("d", move || symbol.with(|symbol| symbol.as_ref().map(|it| it.path.clone()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_exactly_the_dark_modules() {
        let payload =
            "2@NqUcv7om4BWqrgF5D6jn51M1hptMR/lK+QmZAxm9aLCKEq9NMgH08slb1Ydmu1ywEWu8CFcUil8uGw==,iDrOCe/r5=";
        let symbol = Symbol::new(payload).unwrap();
        let code = QrCode::with_error_correction_level(payload, EcLevel::L).unwrap();
        let width = code.width();
        assert_eq!(symbol.side, width + 8);

        let mut drawn = vec![Color::Light; width * width];
        for run in symbol.path.split_terminator('z') {
            let (place, length) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let (there, back) = length.split_once("v1h-").unwrap();
            assert_eq!(there, back);
            for offset in 0..there.parse::<usize>().unwrap() {
                drawn[(y - 4) * width + x - 4 + offset] = Color::Dark;
            }
        }
        assert!(drawn == code.to_colors());
    }

    #[test]
    fn what_no_symbol_holds_is_none() {
        assert!(Symbol::new(&"x".repeat(2_953)).is_some());
        assert!(Symbol::new(&"x".repeat(2_954)).is_none());
        assert!(Symbol::new("\0 🦀 é").is_some());
    }
}
