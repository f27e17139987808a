//! A QR symbol as SVG elements.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::svg;
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel, Version};

/// Modules of light around the symbol, as ISO/IEC 18004 demands.
const QUIET_ZONE: usize = 4;

/// The lowest: it makes the largest modules, which is what a phone's camera wants of a clean screen. WhatsApp's own
/// pages choose it too.
const LEVEL: EcLevel = EcLevel::L;

/// A symbol drawn as one SVG path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    payload: Arc<str>,
    /// Modules along a side, quiet zone included.
    side: usize,
    path: Arc<str>,
}

impl Symbol {
    /// The symbol that holds `payload` byte for byte; `None` where it holds too much.
    pub(crate) fn new(payload: &Arc<str>) -> Option<Self> {
        let (colors, width) = (1..=40).find_map(|version| encode(payload, Version::Normal(version)))?;
        let mut path = String::with_capacity(width * width * 3);
        for (y, row) in colors.chunks(width).enumerate() {
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
        Some(Self { payload: payload.clone(), side: width + 2 * QUIET_ZONE, path: path.into() })
    }

    /// Whether this is the symbol for `payload`.
    pub(crate) fn holds(&self, payload: &str) -> bool {
        *self.payload == *payload
    }

    fn view_box(&self) -> String {
        let mut text = String::from("0 0 ");
        push_number(&mut text, self.side);
        text.push(' ');
        push_number(&mut text, self.side);
        text
    }
}

/// The modules of one version, where it is large enough, and how many there are along a side.
///
/// In byte mode throughout: a pairing code mixes cases, so that the denser modes save nothing. With one mask for all:
/// trying the eight and scoring each took most of the time to the first code, to choose between patterns that look
/// alike, because a pairing code is as good as random. Readers know the mask from the symbol.
fn encode(payload: &str, version: Version) -> Option<(Vec<Color>, usize)> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(payload.as_bytes()).ok()?;
    bits.push_terminator(LEVEL).ok()?;
    let (data, correction) = construct_codewords(&bits.into_bytes(), version, LEVEL).ok()?;
    let mut canvas = Canvas::new(version, LEVEL);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Meadow);
    Some((canvas.into_colors(), usize::try_from(version.width()).ok()?))
}

/// Writes a number without the formatting machinery of `core::fmt`, which costs more than all of this file.
fn push_number(text: &mut String, number: usize) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// The symbol on its light ground. The path is written anew only where it differs.
pub(crate) fn qr_code(symbol: &Symbol, label: &'static str) -> impl IntoView + use<> {
    svg::svg()
        .attr("class", "qr")
        .attr("part", "code")
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("shape-rendering", "crispEdges")
        .attr("viewBox", symbol.view_box())
        .child(svg::path().attr("d", symbol.path.clone()))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn the_path_covers_exactly_the_dark_modules() {
        let payload =
            "2@NqUcv7om4BWqrgF5D6jn51M1hptMR/lK+QmZAxm9aLCKEq9NMgH08slb1Ydmu1ywEWu8CFcUil8uGw==,iDrOCe/r5=";
        let symbol = Symbol::new(&payload.into()).unwrap();
        let (colors, width) = encode(payload, Version::Normal(5)).unwrap();
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
        assert!(drawn == colors);
    }

    #[wasm_bindgen_test]
    fn what_no_symbol_holds_is_none() {
        assert!(Symbol::new(&"x".repeat(2_953).into()).is_some());
        assert!(Symbol::new(&"x".repeat(2_954).into()).is_none());
        assert!(Symbol::new(&"\0 🦀 é".into()).is_some());
    }
}
