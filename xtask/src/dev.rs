//! `cargo xtask dev`: the gallery, rebuilt whenever a file is saved.

use std::fs;

use anyhow::{Context, Result};
use lexopt::Parser;

use crate::{
    demo::Options,
    dist,
    run::{cargo, command, run as run_command},
    serve::{self, Services},
    tools,
    workspace::Workspace,
};

/// Where Trunk.toml's proxies go.
const BACKEND_PORT: u16 = 8089;

pub(crate) fn run(workspace: &Workspace, args: Parser) -> Result<()> {
    let options = Options::parse(args)?;
    serve::check_port(options.port)?;
    serve::check_port(BACKEND_PORT)?;
    tools::wasm_target(workspace)?;
    tools::wasm_bindgen(workspace)?;
    tools::npm_packages(workspace, ".")?;
    let trunk = tools::trunk(workspace)?;
    run_command(cargo(workspace).args(["build", "--package", "jetapi-demo"]))?;

    // Apart from `dist/`: what a test or a size is taken of must not be a debug build.
    let pages = workspace.target.join("trunk");
    fs::create_dir_all(&pages).with_context(|| format!("cannot create {}", pages.display()))?;
    let mut services = Services::new()?;
    services.start(
        "jetapi-demo",
        command(workspace, workspace.binary("jetapi-demo"))
            .args(["--port", &BACKEND_PORT.to_string(), "--static-dir"])
            .arg(&pages),
    )?;
    services.start(
        "trunk",
        dist::trunk_command(workspace, &trunk)
            .args(["serve", "--port", &options.port.to_string(), "--dist"])
            .arg(&pages),
    )?;
    if !services.wait_for_port(options.port)? {
        return Ok(());
    }
    if options.open {
        serve::open_browser(&format!("http://127.0.0.1:{}/", options.port));
    }
    services.wait_for_interrupt()
}
