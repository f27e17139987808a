//! `cargo xtask size`: what the browser downloads, against its budget.

use anyhow::Result;
use lexopt::Parser;

use crate::workspace::Workspace;

pub(crate) fn run(_workspace: &Workspace, _args: Parser) -> Result<()> {
    anyhow::bail!("not yet")
}

pub(crate) fn check(_workspace: &Workspace) -> Result<()> {
    anyhow::bail!("not yet")
}
