//! `cargo xtask demo`: the product on this machine, built as it ships.

use std::process::Stdio;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    dist,
    run::{cargo, command, run as run_command},
    serve::{self, Services},
    tools,
    workspace::Workspace,
};

pub(crate) fn run(workspace: &Workspace, args: Parser) -> Result<()> {
    let options = Options::parse(args)?;
    // Before minutes of building.
    serve::check_port(options.port)?;
    tools::wasm_target(workspace)?;
    tools::wasm_bindgen(workspace)?;
    tools::npm_packages(workspace, ".")?;
    dist::build(workspace)?;
    run_command(cargo(workspace).args(["build", "--package", "jetapi-demo"]))?;

    let mut services = Services::new()?;
    services.start(
        "jetapi-demo",
        command(workspace, workspace.binary("jetapi-demo"))
            .args(["--port", &options.port.to_string()])
            .arg("--static-dir")
            .arg(workspace.dist())
            // It says where it listens, and so do we.
            .stdout(Stdio::null()),
    )?;
    if !services.wait_for_port(options.port)? {
        return Ok(());
    }
    let url = format!("http://127.0.0.1:{}/", options.port);
    println!("\n  The widget is at {url}\n  Ctrl-C ends it.\n");
    if options.open {
        serve::open_browser(&url);
    }
    services.wait_for_interrupt()
}

/// What `demo` and `dev` both take.
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) open: bool,
}

impl Options {
    pub(crate) fn parse(mut args: Parser) -> Result<Self> {
        let mut options = Self { port: 8080, open: true };
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Long("port") => options.port = args.value()?.parse()?,
                Arg::Long("no-open") => options.open = false,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}
