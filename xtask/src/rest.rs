//! What the module of all logins has besides WhatsApp's. `npm/src/rest.ts` turns WhatsApp's into the other with it.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::{
    dist::{ACCOUNTS, WHATSAPP},
    run::{command, read, run, write},
    workspace::Workspace,
};

/// What a page loads that has WhatsApp's wasm.
pub(crate) const REST: &str = "accounts.rest.bin";

/// What unpacks it.
pub(crate) const SCRIPT: &str = "rest.js";

/// How far back the packed refers: over both modules. The script takes nothing that is longer, either.
const DICTIONARY: u32 = 1 << 20;

/// Packs it beside the modules in a folder, and has the script there unpack it.
pub(crate) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    let [module, dictionary] = [ACCOUNTS, WHATSAPP].map(|part| read(&folder.join(part.wasm())));
    write(&folder.join(REST), pack(&module?, dictionary?)?)?;
    run(command(workspace, "node").arg("xtask/rest.mjs").arg(folder))
}

fn pack(module: &[u8], dictionary: Vec<u8>) -> Result<Vec<u8>> {
    let length = u32::try_from(module.len()).context("the module is too large")?;
    ensure!(module.len() + dictionary.len() < DICTIONARY as usize, "{REST} has to refer farther back");
    let mut options = LzmaOptions::with_preset(9);
    // Code has no alignment, and a byte of it says much of the next.
    (options.lc, options.lp, options.pb) = (4, 0, 0);
    options.dict_size = DICTIONARY;
    options.preset_dict = Some(dictionary);
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
