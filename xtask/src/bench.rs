//! `cargo xtask bench`: speed and memory, beside the same page in React and in Preact.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    dist,
    run::{cargo, command, remove, run as run_command},
    serve::{self, Services},
    tools,
    workspace::Workspace,
};

/// esbuild's settings for each peer. All are the same source.
const PEERS: [(&str, &[&str]); 3] = [
    ("react", &["--define:TUNED=false"]),
    ("react-tuned", &["--define:TUNED=true"]),
    ("preact", &["--define:TUNED=false", "--alias:react=preact/compat", "--alias:react-dom=preact/compat"]),
];

pub(crate) fn run(workspace: &Workspace, mut args: Parser) -> Result<()> {
    let mut pass_on = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("runs") => {
                let runs: u32 = args.value()?.parse()?;
                pass_on.extend(["--runs".to_owned(), runs.to_string()]);
            }
            Arg::Long("check") => pass_on.push("--check".to_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    tools::wasm_target(workspace)?;
    tools::npm_packages(workspace, ".")?;
    let chromium = tools::chromium(workspace)?;
    dist::build(workspace)?;
    run_command(cargo(workspace).args(["build", "--package", "jetapi-demo"]))?;
    let site = build_site(workspace)?;

    let port = serve::free_port()?;
    let mut services = Services::new()?;
    services.start(
        "jetapi-demo",
        command(workspace, workspace.binary("jetapi-demo"))
            .args(["--port", &port.to_string()])
            // npm's phoenix compares refs strictly, so it could not join if they came as numbers.
            .args(["--refs", "string", "--static-dir"])
            .arg(&site),
    )?;
    if !services.wait_for_port(port)? {
        return Ok(());
    }
    run_command(
        command(workspace, "node")
            .args(["bench/run.mjs", "--url", &format!("http://127.0.0.1:{port}"), "--chromium"])
            .arg(chromium.browser)
            .args(pass_on),
    )
}

/// The release, the peers and the endless page in one folder, all compressed alike.
fn build_site(workspace: &Workspace) -> Result<PathBuf> {
    let site = workspace.target.join("bench");
    remove(&site)?;
    copy_folder(&workspace.dist(), &site)?;
    for (peer, extra) in PEERS {
        let folder = site.join("bench").join(peer);
        let mut settings =
            vec!["--format=esm", "--jsx=automatic", "--define:process.env.NODE_ENV=\"production\""];
        settings.extend(extra);
        dist::esbuild(
            workspace,
            &workspace.path("bench/peers/pairing.jsx"),
            &folder.join("pairing.js"),
            &settings,
        )?;
        copy(&workspace.path("bench/peers/index.html"), &folder.join("index.html"))?;
    }
    copy(&workspace.path("bench/endless.html"), &site.join("bench/endless.html"))?;
    dist::compress(workspace, &site)?;
    Ok(site)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
