//! What a module has besides another that the page has already. `npm/src/rest.ts` makes the module of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine};
use jetapi_unpack::checksum;
use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::{
    align::align,
    dist::{ACCOUNTS, CHAT, NOTES, Part, WHATSAPP},
    run::{command, read, remove, run, write},
    workspace::Workspace,
};

/// What makes modules of others.
pub(crate) const SCRIPT: &str = "rest.js";

/// It, and what has a copy of it: each with the module that it is made of, and what of it [`build`] puts in.
pub(crate) const SCRIPTS: [(&str, &str, &str); 3] = [
    (SCRIPT, "undefined", "undefined"),
    ("accounts.rest.js", "\"whatsapp\"", "\"@packed\""),
    ("notes.rest.js", "\"chat\"", "\"@packed\""),
];

/// Each module that is made, the one that it is made of, and whether there is no file of it.
const PAIRS: [(Part, Part, bool); 4] =
    [(WHATSAPP, CHAT, false), (CHAT, WHATSAPP, false), (ACCOUNTS, WHATSAPP, true), (NOTES, CHAT, true)];

/// As far as LZMA can refer back.
const DICTIONARY: u32 = 1 << 22;

/// Packs what a folder has into scripts, as every bundler knows what to do with those, and has the script there unpack
/// it. In base64 it is 1 % larger once a server has compressed it. Of the two that nothing is made of there is no file from
/// then on.
pub(crate) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    for (part, base) in [(CHAT, WHATSAPP), (ACCOUNTS, WHATSAPP), (NOTES, CHAT)] {
        let file = folder.join(part.wasm());
        write(&file, align(&read(&file)?, &read(&folder.join(base.wasm()))?)?)?;
    }
    for (part, base, is_made) in &PAIRS {
        let [module, dictionary] = [part, base].map(|part| read(&folder.join(part.wasm())));
        let packed = STANDARD.encode(pack(&module?, dictionary?)?);
        let file = folder.join(part.rest());
        if *is_made {
            let script = String::from_utf8(read(&file)?)?;
            ensure!(script.matches("@packed").count() == 1, "{} has no place for a module", file.display());
            write(&file, script.replace("@packed", &packed))?;
        } else {
            write(&file, format!("export const over={:?},packed={packed:?};\n", base.name))?;
        }
    }
    let alone = STANDARD.encode(pack(&read(&folder.join(WHATSAPP.wasm()))?, Vec::new())?);
    write(&packed(workspace), format!("export const packed={alone:?};\n"))?;
    run(command(workspace, "node").arg("xtask/rest.mjs").arg(folder).arg(packed(workspace)))?;
    for (part, ..) in PAIRS.iter().filter(|(_, _, is_made)| *is_made) {
        remove(&folder.join(part.wasm()))?;
    }
    Ok(())
}

/// Where [`build`] puts the module that all others can be made of, for whoever can't load a wasm file.
pub(crate) fn packed(workspace: &Workspace) -> PathBuf {
    workspace.target.join("glue").join("whatsapp.packed.js")
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
