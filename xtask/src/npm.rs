//! `cargo xtask npm`: the npm package.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use lexopt::{Arg, Parser};

use crate::{
    dist, rest,
    run::{command, read, remove, run},
    tools,
    workspace::Workspace,
};

/// What npm downloads.
const BUDGET: u64 = 600_000;

/// For people who bring their own bundler there is no CommonJS, and what is no script has no types.
const TYPES: [&str; 8] = [
    "--quiet",
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    "whatsapp.wasm",
    "chat.wasm",
    "jetapi-widget.js",
    "integrity.json",
];

pub(crate) fn main(workspace: &Workspace, mut args: Parser) -> Result<()> {
    let mut is_checked = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("check") => is_checked = true,
            other => return Err(other.unexpected().into()),
        }
    }
    tools::wasm_target(workspace)?;
    tools::npm_packages(workspace, ".")?;
    dist::build(workspace)?;
    let tarball = pack(workspace)?;
    if is_checked {
        reproduce(workspace, &tarball)?;
    }
    Ok(())
}

/// Packs what lies in `dist/`, and checks the package as its users' tools will.
pub(crate) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.path("npm/dist");
    let version = workspace.locked_version("jetapi-widget")?;
    run(command(workspace, "node")
        .arg("xtask/npm.mjs")
        .args([workspace.dist(), rest::packed(workspace), folder.clone()])
        .arg(&version))?;
    let packed = workspace.target.join("npm");
    fs::create_dir_all(&packed).with_context(|| format!("cannot make {}", packed.display()))?;
    run(command(workspace, "npm")
        .current_dir(&folder)
        .args(["pack", "--silent", "--pack-destination"])
        .arg(&packed))?;
    let tarball = packed.join(format!("jetapi-widget-{version}.tgz"));
    run(command(workspace, workspace.npm_bin("publint")).args(["run", "--strict"]).arg(&folder))?;
    run(command(workspace, workspace.npm_bin("attw")).arg(&tarball).args(TYPES))?;
    let size = fs::metadata(&tarball).with_context(|| format!("{} was not packed", tarball.display()))?.len();
    println!("{} has {} KB of {}", tarball.display(), size / 1000, BUDGET / 1000);
    ensure!(size <= BUDGET, "over budget: {}", tarball.display());
    Ok(tarball)
}

/// Builds everything once more from nothing, and compares.
fn reproduce(workspace: &Workspace, tarball: &Path) -> Result<()> {
    let again = Workspace { target: workspace.target.join("again"), ..workspace.clone() };
    remove(&again.target)?;
    dist::build(&again)?;
    let other = pack(&again)?;
    ensure!(read(tarball)? == read(&other)?, "{} and {} differ", tarball.display(), other.display());
    println!("two builds, one package");
    remove(&again.target)
}
