//! `cargo xtask size`: what the browser downloads, against its budget.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    dist::{self, ACCOUNTS, CHAT, LOADER, NOTES, PARTS, Part, WHATSAPP},
    rest,
    run::{Stop, read},
    tools, wasm_parts,
    workspace::Workspace,
};

/// 1 KB is 1,000 bytes, as for all transfers.
const KB: u64 = 1000;

/// All that `/bare.html` loads until the first code is on screen, as brotli sends it: less than a minimal page with React.
const TOTAL_BUDGET: u64 = 71 * KB;

/// A file, its budget, and whether `/bare.html` loads it.
fn budgets() -> [(String, u64, bool); 13] {
    [
        ("bare.html".into(), KB, true),
        (LOADER.into(), 3 * KB, true),
        (WHATSAPP.script(), 3 * KB, true),
        (WHATSAPP.wasm(), 65 * KB, true),
        (CHAT.script(), 3 * KB, false),
        (CHAT.wasm(), 63 * KB, false),
        (rest::SCRIPT.into(), 3 * KB, false),
        (WHATSAPP.rest(), 41 * KB, false),
        (CHAT.rest(), 39 * KB, false),
        (ACCOUNTS.script(), 4 * KB, false),
        (ACCOUNTS.rest(), 97 * KB, false),
        (NOTES.script(), 4 * KB, false),
        (NOTES.rest(), 78 * KB, false),
    ]
}

const LARGEST: usize = 25;

pub(crate) fn run(workspace: &Workspace, mut args: Parser) -> Result<()> {
    let mut detailed = None;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("details") => {
                let name =
                    args.optional_value().map_or_else(|| Ok(WHATSAPP.name.into()), ValueExt::string)?;
                let part = PARTS.iter().find(|part| part.name == name);
                detailed = Some(part.with_context(|| format!("there is no part `{name}`"))?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    tools::wasm_target(workspace)?;
    tools::npm_packages(workspace, ".")?;
    dist::build(workspace)?;
    if let Some(part) = detailed {
        print_details(workspace, part)?;
    }
    check(workspace)
}

/// Compares what lies in `dist/` with the budgets.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    println!("\n{:26}{:>10}{:>11}{:>11}", "KB of 1,000 bytes", "raw", "brotli 11", "budget");
    let mut total = (0, 0);
    let mut exceeded = Vec::new();
    for (file, budget, is_first) in budgets() {
        let raw = file_size(&workspace.dist().join(&file))?;
        let sent = file_size(&workspace.dist().join(format!("{file}.br")))?;
        if is_first {
            total = (total.0 + raw, total.1 + sent);
        }
        print_row(&file, raw, sent, budget);
        if sent > budget {
            exceeded.push(file);
        }
    }
    let (raw, sent) = total;
    print_row("all until the first code", raw, sent, TOTAL_BUDGET);
    if sent > TOTAL_BUDGET {
        exceeded.push("all until the first code".into());
    }
    if exceeded.is_empty() {
        return Ok(());
    }
    bail!("over budget: {}", exceeded.join(", "))
}

fn print_row(name: &str, raw: u64, sent: u64, budget: u64) {
    let kb = |bytes: u64| format!("{}.{}", bytes / KB, bytes % KB * 10 / KB);
    let over = if sent > budget { "  OVER" } else { "" };
    println!("{name:26}{:>10}{:>11}{:>11}{over}", kb(raw), kb(sent), kb(budget));
}

fn file_size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path).with_context(|| format!("{} was not built", path.display()))?.len())
}

/// The same build with the names left in, function by function and crate by crate.
fn print_details(workspace: &Workspace, part: &Part) -> Result<()> {
    let wasm = dist::build_wasm(
        workspace,
        part,
        "named",
        &["profile.named.inherits='widget'", "profile.named.strip='none'"],
    )?;
    let folder = workspace.target.join("named");
    dist::bind(workspace, part, &wasm, &folder, &[])?;
    let named = folder.join(part.wasm());
    dist::optimise(workspace, &named, &["--debuginfo"])?;
    let bytes = read(&named)?;
    let Some(parts) = wasm_parts::parts(&bytes) else {
        eprintln!("{} is not a wasm file with names", named.display());
        return Err(Stop.into());
    };
    println!("\nuncompressed bytes by crate (generic code counts for the crate that wrote it)");
    for (name, size) in wasm_parts::by_crate(&parts).into_iter().take(LARGEST) {
        println!("{size:>9}  {name}");
    }
    println!("\nthe largest parts");
    for (name, size) in parts.iter().take(LARGEST) {
        println!("{size:>9}  {name}");
    }
    Ok(())
}
