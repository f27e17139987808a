use base64::{Engine, engine::general_purpose::STANDARD};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// The code's reference and its three keys, in bytes: the layout of the one that the API reference prints.
const PARTS: [usize; 4] = [58, 32, 32, 32];

/// The code with this number: the same one for the same seed, at any time and on any machine.
pub(super) fn nth(seed: u64, index: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index);
    let parts = PARTS.map(|length| {
        let mut bytes = vec![0; length];
        random.fill_bytes(&mut bytes);
        STANDARD.encode(bytes)
    });
    format!("2@{}", parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::nth;

    const PRINTED: &str = "2@NqUcv7om4BWqrgF5D6jn51M1hptMR/lK+QmZAxm9aLCKEq9NMgH08slb1Ydmu1ywEWu8CFc\
        Uil8uGw==,XRJHShEHeWrVRFIyJys2I8WWjlml7m6hKL53oXH0bDA=,3wkQDqsvB0hT19CWs1O\
        juBD5sp/IFhT+qQmpTlHFYhE=,iDrOCe/r5/NzI+N3bZkjBX6GbIKW4EhTuplW9jb+/mY=";

    fn lengths(code: &str) -> Vec<usize> {
        code.split(',').map(str::len).collect()
    }

    #[test]
    fn a_code_is_laid_out_as_the_printed_one() {
        let code = nth(1, 0);
        assert!(code.starts_with("2@"), "{code}");
        assert_eq!(lengths(&code), lengths(PRINTED));
    }

    #[test]
    fn a_code_follows_from_its_seed_and_number() {
        assert_eq!(nth(1, 7), nth(1, 7));
        assert_ne!(nth(1, 7), nth(1, 8));
        assert_ne!(nth(1, 7), nth(2, 7));
    }
}
