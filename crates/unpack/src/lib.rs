//! LZMA without a header, with lc=4, lp=0 and pb=0, as if what it holds went on where a dictionary ends.
//!
//! Much of each wasm module of the widget is in the others as well. This is a wasm module of its own, of one function and
//! 2 KB, which makes one of them of another: JavaScript is half as large, and takes three times as long to do it once.
//!
//! By the LZMA specification of the LZMA SDK, version 25.

#![cfg_attr(target_arch = "wasm32", no_std)]

/// How much of the byte before a literal its probabilities depend on.
const LITERAL_BITS: usize = 4;
/// How many of them there are for each such context.
const LITERALS: usize = 0x300;

// Where the probabilities of each choice begin, most of them one for each of twelve states.
const MATCH: usize = 0;
const REPEAT: usize = 12;
const NOT_0: usize = 24;
const NOT_1: usize = 36;
const NOT_2: usize = 48;
const LONG: usize = 60;
const SLOT: usize = 72;
const SPECIAL: usize = SLOT + 4 * 64;
const ALIGN: usize = SPECIAL + 128;
const LENGTH: usize = ALIGN + 16;
const REPEAT_LENGTH: usize = LENGTH + 18 + 256;
const LITERAL: usize = REPEAT_LENGTH + 18 + 256;

struct Coder<'a> {
    range: u32,
    code: u32,
    packed: &'a [u8],
    /// What is packed was over before this was.
    is_short: bool,
    probabilities: [u16; LITERAL + (LITERALS << LITERAL_BITS)],
}

impl<'a> Coder<'a> {
    fn new(packed: &'a [u8]) -> Option<Self> {
        // The first byte is always 0.
        let ([_, code @ ..], packed) = packed.split_first_chunk::<5>()?;
        Some(Self {
            range: u32::MAX,
            code: u32::from_be_bytes(*code),
            packed,
            is_short: false,
            probabilities: [1024; LITERAL + (LITERALS << LITERAL_BITS)],
        })
    }

    fn refill(&mut self) {
        if self.range < 1 << 24 {
            let Some((first, more)) = self.packed.split_first() else {
                self.is_short = true;
                return;
            };
            self.packed = more;
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(*first);
        }
    }

    fn bit(&mut self, at: usize) -> usize {
        // There is none beyond: what `at` is made of has no more bits than they were counted for.
        let Some(probability) = self.probabilities.get_mut(at) else { return 0 };
        let bound = (self.range >> 11) * u32::from(*probability);
        let is_set = self.code >= bound;
        if is_set {
            self.range -= bound;
            self.code -= bound;
            *probability -= *probability >> 5;
        } else {
            self.range = bound;
            *probability += (2048 - *probability) >> 5;
        }
        self.refill();
        is_set.into()
    }

    fn tree(&mut self, at: usize, bits: u32) -> usize {
        let mut node = 1;
        for _ in 0..bits {
            node = node * 2 + self.bit(at + node);
        }
        node - (1 << bits)
    }

    fn reversed(&mut self, at: usize, bits: u32) -> usize {
        let (mut node, mut value) = (1, 0);
        for n in 0..bits {
            let bit = self.bit(at + node);
            node = node * 2 + bit;
            value |= bit << n;
        }
        value
    }

    fn length(&mut self, at: usize) -> usize {
        if self.bit(at) == 0 {
            2 + self.tree(at + 2, 3)
        } else if self.bit(at + 1) == 0 {
            10 + self.tree(at + 10, 3)
        } else {
            18 + self.tree(at + 18, 8)
        }
    }

    fn distance(&mut self, length: usize) -> usize {
        let slot = self.tree(SLOT + (length - 2).min(3) * 64, 6);
        if slot < 4 {
            return slot;
        }
        let bits = (slot as u32 >> 1) - 1;
        let distance = (2 | (slot & 1)) << bits;
        if slot < 14 {
            return distance + self.reversed(SPECIAL + distance - slot, bits);
        }
        let mut direct = 0_usize;
        for _ in 4..bits {
            self.range >>= 1;
            let is_set = self.code >= self.range;
            if is_set {
                self.code -= self.range;
            }
            direct = direct * 2 + usize::from(is_set);
            self.refill();
        }
        distance.wrapping_add(direct << 4).wrapping_add(self.reversed(ALIGN, 4))
    }
}

/// Fills `out` from `start` on, before which is the dictionary. `None` if that is not what `packed` was made with, or it
/// is damaged, in so far as that can be seen: the caller has a checksum.
pub fn unpack(packed: &[u8], out: &mut [u8], start: usize) -> Option<()> {
    let mut coder = Coder::new(packed)?;
    let mut state = 0;
    let mut last = [0_usize; 4];
    let mut at = start;
    while at < out.len() {
        let mut count = 1;
        if coder.bit(MATCH + state) == 0 {
            let before = if at == 0 { 0 } else { *out.get(at - 1)? };
            let context = LITERAL + LITERALS * usize::from(before >> (8 - LITERAL_BITS));
            let mut symbol = 1;
            if state > 6 {
                // After a match, what it would have gone on with is a hint.
                let mut hint = usize::from(*out.get(at.checked_sub(last[0] + 1)?)?);
                while symbol < 256 {
                    let expected = hint >> 7 & 1;
                    hint <<= 1;
                    let bit = coder.bit(context + (1 + expected) * 256 + symbol);
                    symbol = symbol * 2 + bit;
                    if bit != expected {
                        break;
                    }
                }
            }
            while symbol < 256 {
                symbol = symbol * 2 + coder.bit(context + symbol);
            }
            *out.get_mut(at)? = symbol as u8;
            at += 1;
            state = if state < 4 {
                0
            } else if state < 10 {
                state - 3
            } else {
                state - 6
            };
            continue;
        }
        if coder.bit(REPEAT + state) == 0 {
            count = coder.length(LENGTH);
            last = [coder.distance(count), last[0], last[1], last[2]];
            state = if state < 7 { 7 } else { 10 };
        } else {
            // Which of the last four distances it is; that one is the last from now on.
            let mut which = coder.bit(NOT_0 + state);
            if which == 1 {
                which += coder.bit(NOT_1 + state);
            }
            if which == 2 {
                which += coder.bit(NOT_2 + state);
            }
            if which == 0 && coder.bit(LONG + state) == 0 {
                state = if state < 7 { 9 } else { 11 };
            } else {
                for n in (1..=which).rev() {
                    last.swap(n, n - 1);
                }
                count = coder.length(REPEAT_LENGTH);
                state = if state < 7 { 8 } else { 11 };
            }
        }
        for _ in 0..count {
            *out.get_mut(at)? = *out.get(at.checked_sub(last[0] + 1)?)?;
            at += 1;
        }
    }
    (!coder.is_short).then_some(())
}

/// FNV-1a. Most modules with a wrong bit compile, and would run.
pub fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// What JavaScript calls: at `from` in the memory are the dictionary, as many bytes as what comes of it will have up to
/// `end`, and what is packed, with its checksum before it. Whether that is what came of it.
///
/// # Safety
///
/// All of that has to be within the memory that the caller has grown for it, which nothing else in this module uses.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "only an address can say where it is")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fill(from: *mut u8, start: usize, end: usize, packed: usize) -> bool {
    // SAFETY: see above; nothing else refers to it.
    let memory = unsafe { core::slice::from_raw_parts_mut(from, end + packed) };
    (|| {
        let (out, packed) = memory.split_at_mut_checked(end)?;
        let (sum, packed) = packed.split_first_chunk()?;
        unpack(packed, out, start)?;
        (checksum(out.get(start..)?) == u32::from_be_bytes(*sum)).then_some(())
    })()
    .is_some()
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lzma_rust2::{LzmaOptions, LzmaWriter};
    use proptest::prelude::*;

    use super::*;

    fn pack(text: &[u8], dictionary: &[u8]) -> Vec<u8> {
        let mut options = LzmaOptions::with_preset(9);
        (options.lc, options.lp, options.pb) = (4, 0, 0);
        options.preset_dict = Some(dictionary.to_vec()).filter(|dictionary| !dictionary.is_empty());
        let mut writer = LzmaWriter::new_no_header(Vec::new(), &options, false).unwrap();
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn unpacked(packed: &[u8], dictionary: &[u8], length: usize) -> Option<Vec<u8>> {
        let mut out = dictionary.to_vec();
        out.resize(dictionary.len() + length, 0);
        unpack(packed, &mut out, dictionary.len())?;
        Some(out.split_off(dictionary.len()))
    }

    /// Of few letters, so that there is much to refer to, near and far.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec((0_u8..9, 1_usize..40), 0..400).prop_map(|runs| {
            runs.into_iter()
                .flat_map(|(letter, count)| (0..count).map(move |n| letter * (n as u8 % 7)))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn what_was_packed_is_there_again(text in text(), dictionary in text()) {
            prop_assert_eq!(unpacked(&pack(&text, &dictionary), &dictionary, text.len()), Some(text));
        }

        #[test]
        fn what_is_damaged_is_refused_or_another(
            text in text(),
            dictionary in text(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
            length in 0_usize..40_000,
        ) {
            let mut packed = pack(&text, &dictionary);
            for (at, bits) in damage {
                let at = at.index(packed.len());
                packed[at] ^= bits;
            }
            if let Some(made) = unpacked(&packed, &dictionary, length) {
                prop_assert_eq!(made.len(), length);
            }
            packed.truncate(packed.len() / 2);
            prop_assert!(text.len() < 1_000 || unpacked(&packed, &dictionary, 1 << 20).is_none());
        }
    }

    #[test]
    fn nothing_is_unpacked_of_nothing() {
        assert_eq!(unpacked(&[], &[], 1), None);
        assert_eq!(unpacked(&[0; 5], b"dictionary", 0), Some(Vec::new()));
    }

    #[test]
    fn a_checksum_is_fnv_1a() {
        assert_eq!(checksum(b""), 0x811c_9dc5);
        assert_eq!(checksum(b"a"), 0xe40c_292c);
        assert_eq!(checksum(b"foobar"), 0xbf9c_f968);
    }
}
