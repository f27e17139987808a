//! The project's own commands. `cargo xtask help` lists them.

mod align;
mod bench;
mod browsers;
mod demo;
mod dev;
mod dist;
mod link;
mod locale;
mod npm;
mod rest;
mod run;
mod serve;
mod size;
mod test;
mod tools;
mod wasm_parts;
mod workspace;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::{run::Stop, workspace::Workspace};

const HELP: &str = "\
cargo xtask demo [--port N] [--no-open]    build everything and show it on http://127.0.0.1:8080
cargo xtask dev [--port N] [--no-open]     the same page, rebuilt whenever a file is saved
cargo xtask test [--only NAME] [--list]    every check of the project, or one of them; after `--only packaging`,
                                           the name of a consumer, after `--only e2e`, of a file
cargo xtask test --browser firefox|webkit  only the tests of the widget and the script tag in that browser
cargo xtask size [--details[=PART]]        what the browser downloads, against its budget
cargo xtask npm [--check]                  the npm package; --check builds it twice and compares
cargo xtask bench [--runs N] [--check]     speed and memory beside the same page in React and Preact

Each installs what it needs first: the wasm target, pinned command-line tools, npm packages.
test and bench also need Debian's chromium and chromium-driver, and test is faster with its chromium-headless-shell;
--browser firefox needs its firefox-esr, and --browser webkit its webkit2gtk-driver and xvfb. Without --browser, these
two are tested where they are installed already or, with CI in the environment, can be.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A command that failed has already said why; only our own words are left to print.
            if error.downcast_ref::<Stop>().is_none() {
                eprintln!("error: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    if let Some(linker) = link::linker() {
        return link::run(&linker, env::args_os().skip(1));
    }
    let mut args = Parser::from_env();
    let workspace = Workspace::locate()?;
    let command = match args.next()? {
        Some(Arg::Value(command)) => command.string()?,
        None | Some(Arg::Long("help") | Arg::Short('h')) => "help".into(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "demo" => demo::run(&workspace, args),
        "dev" => dev::run(&workspace, args),
        "test" => test::run(&workspace, args),
        "npm" => npm::main(&workspace, args),
        "size" => size::run(&workspace, args),
        "bench" => bench::run(&workspace, args),
        "trunk-hook" => dist::trunk_hook(&workspace),
        "help" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`; `cargo xtask help` lists them"),
    }
}
