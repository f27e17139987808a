//! wasm-ld, made to export less.
//!
//! Every class that any dependency marks for wasm-bindgen is exported, and what is exported is linked with all that it
//! calls, from Leptos' streams of server functions to their futures. Once linked it cannot be taken out again: the
//! function table may call it. So this stands in for the linker of what ships.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{run::output, workspace::Workspace};

/// Names the true linker to this stand-in.
const LINKER: &str = "JETAPI_WASM_LD";

/// Parts of the names of exports that no script of ours uses.
const UNUSED: [&str; 2] = ["intounderlying", "_WASM_SPLIT_MARKER"];

/// Makes cargo's command link with this program.
pub(crate) fn stand_in(workspace: &Workspace, build: &mut Command) -> Result<()> {
    let libraries = output("rustc", &["--print", "target-libdir"]).context("cannot run rustc")?;
    let lld = Path::new(libraries.trim()).with_file_name("bin").join("rust-lld");
    ensure!(lld.is_file(), "Rust's own linker is missing: {} (rustup brings it with rustc)", lld.display());
    build.env(LINKER, lld).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &workspace.program);
    Ok(())
}

/// The true linker, where this process was started to stand in for it.
pub(crate) fn linker() -> Option<PathBuf> {
    env::var_os(LINKER).map(PathBuf::from)
}

/// Links.
pub(crate) fn run(linker: &Path, args: impl Iterator<Item = OsString>) -> Result<()> {
    let status =
        Command::new(linker).args(without_unused(args)).status().context("cannot start Rust's own linker")?;
    ensure!(status.success(), "the linker failed ({status})");
    Ok(())
}

/// Arguments without `--export NAME` of what is not used.
fn without_unused(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept: Vec<OsString> = Vec::new();
    for arg in args {
        let is_name = kept.last().is_some_and(|before| before == OsStr::new("--export"));
        if is_name && arg.to_str().is_some_and(|name| UNUSED.iter().any(|unused| name.contains(unused))) {
            kept.pop();
        } else {
            kept.push(arg);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_used_is_not_exported() {
        let args = [
            "-flavor",
            "wasm",
            "--export",
            "mountWhatsApp",
            "--export",
            "__wbindgen_describe_intounderlyingsink_abort",
            "--export",
            "memory",
            "intounderlying.o",
        ];
        let want = ["-flavor", "wasm", "--export", "mountWhatsApp", "--export", "memory", "intounderlying.o"];
        assert_eq!(without_unused(args.into_iter().map(OsString::from)), want.map(OsString::from));
    }
}
