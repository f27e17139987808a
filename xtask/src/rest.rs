//! What a module has besides another that the page has already. `npm/src/rest.ts` makes the module of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine};
use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::{
    dist::{ACCOUNTS, CHAT, NOTES, Part, WHATSAPP},
    run::{command, read, remove, run, write},
    workspace::Workspace,
};

/// What makes them modules.
pub(crate) const SCRIPT: &str = "rest.js";

/// Each module that is made, and the one that it is made of.
const PAIRS: [(Part, Part); 4] = [(WHATSAPP, CHAT), (CHAT, WHATSAPP), (ACCOUNTS, WHATSAPP), (NOTES, CHAT)];

/// As far as LZMA can refer back.
const DICTIONARY: u32 = 1 << 22;

/// Packs what a folder has, and has the script there unpack it. Of the two that nothing is made of there is no file from
/// then on.
pub(crate) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    for (part, base) in &PAIRS {
        let [module, dictionary] = [part, base].map(|part| read(&folder.join(part.wasm())));
        let script = script(&module?, Some((base.name, dictionary?)))?;
        write(&folder.join(part.rest()), script)?;
    }
    write(&packed(workspace), script(&read(&folder.join(WHATSAPP.wasm()))?, None)?)?;
    run(command(workspace, "node").arg("xtask/rest.mjs").arg(folder).arg(packed(workspace)))?;
    for part in [ACCOUNTS, NOTES] {
        remove(&folder.join(part.wasm()))?;
    }
    Ok(())
}

/// Where [`build`] puts the module that all others can be made of, for whoever can't load a wasm file.
pub(crate) fn packed(workspace: &Workspace) -> PathBuf {
    workspace.target.join("glue").join("whatsapp.packed.js")
}

/// A script, as every bundler knows what to do with one. In base64 it is 1 % larger once a server has compressed it.
fn script(module: &[u8], base: Option<(&str, Vec<u8>)>) -> Result<String> {
    let (over, dictionary) =
        base.map_or_else(Default::default, |(name, bytes)| (format!("over={name:?},"), bytes));
    Ok(format!("export const {over}packed={:?};\n", STANDARD.encode(pack(module, dictionary)?)))
}

fn pack(module: &[u8], dictionary: Vec<u8>) -> Result<Vec<u8>> {
    let length = u32::try_from(module.len()).context("the module is too large")?;
    ensure!(module.len() + dictionary.len() < DICTIONARY as usize, "a rest has to refer farther back");
    let mut options = LzmaOptions::with_preset(9);
    // Code has no alignment, and a byte of it says much of the next.
    (options.lc, options.lp, options.pb) = (4, 0, 0);
    options.dict_size = DICTIONARY;
    options.preset_dict = Some(dictionary).filter(|bytes| !bytes.is_empty());
    let mut packed = Vec::new();
    packed.extend(length.to_be_bytes());
    packed.extend(checksum(module).to_be_bytes());
    let mut writer = LzmaWriter::new_no_header(packed, &options, false)?;
    writer.write_all(module)?;
    Ok(writer.finish()?)
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
