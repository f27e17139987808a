//! `cargo xtask bench`: speed and memory.

use anyhow::Result;
use lexopt::Parser;

use crate::workspace::Workspace;

pub(crate) fn run(_workspace: &Workspace, _args: Parser) -> Result<()> {
    anyhow::bail!("not yet")
}
