//! `cargo xtask test`: every check of the project. Each part runs whatever became of the others, and the last lines
//! say what came of all.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    dist,
    run::{Stop, cargo, command, run as run_command, run_tests},
    size,
    tools::{self, Chromium},
    workspace::Workspace,
};

struct Part {
    name: &'static str,
    about: &'static str,
    /// Parts that must have passed, run first when this one is chosen alone.
    after: &'static [&'static str],
    run: fn(&Context) -> Result<()>,
}

/// In the order in which they run: what fails soonest first.
const PARTS: &[Part] = &[
    Part { name: "set-up", about: "tools, npm packages and Chromium", after: &[], run: set_up },
    Part { name: "fmt", about: "formatting", after: &["set-up"], run: fmt },
    Part {
        name: "clippy",
        about: "lints, native and wasm, warnings denied",
        after: &["set-up"],
        run: clippy,
    },
    Part { name: "native", about: "tests of the native crates", after: &[], run: native },
    Part {
        name: "build",
        about: "the release of the widget, and the binaries that the next parts run",
        after: &["set-up"],
        run: build,
    },
    Part {
        name: "phoenix-peer",
        about: "npm's phoenix client against the simulator",
        after: &["set-up", "build"],
        run: phoenix_peer,
    },
    Part { name: "wasm", about: "tests of the widget in headless Chromium", after: &["set-up"], run: wasm },
    Part {
        name: "e2e",
        about: "the whole product in headless Chromium",
        after: &["set-up", "build"],
        run: e2e,
    },
    Part {
        name: "size",
        about: "what the browser downloads, against its budget",
        after: &["set-up", "build"],
        run: sizes,
    },
    Part { name: "docs", about: "documentation, warnings denied", after: &["set-up"], run: docs },
];

struct Context<'a> {
    workspace: &'a Workspace,
}

enum Outcome {
    Passed,
    Failed,
}

pub(crate) fn run(workspace: &Workspace, mut args: Parser) -> Result<()> {
    let mut only: Option<String> = None;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("only") => only = Some(args.value()?.string()?),
            Arg::Long("list") => {
                for part in PARTS {
                    println!("{:14}{}", part.name, part.about);
                }
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let chosen = choose(only.as_deref())?;
    let context = Context { workspace };
    let mut results: Vec<(&str, Outcome, Duration)> = Vec::new();
    for part in chosen {
        println!("\n=== {} ({})", part.name, part.about);
        let start = Instant::now();
        let failed_before = results
            .iter()
            .find(|(name, outcome, _)| part.after.contains(name) && matches!(outcome, Outcome::Failed));
        let result = match failed_before {
            Some((name, ..)) => Err(anyhow::anyhow!("not run, because {name} failed")),
            None => (part.run)(&context),
        };
        let outcome = match result {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                eprintln!("error: {}: {error:#}", part.name);
                Outcome::Failed
            }
        };
        results.push((part.name, outcome, start.elapsed()));
    }
    summarise(&results)
}

fn choose(only: Option<&str>) -> Result<Vec<&'static Part>> {
    let Some(only) = only else { return Ok(PARTS.iter().collect()) };
    let part = PARTS
        .iter()
        .find(|part| part.name == only)
        .with_context(|| format!("there is no part `{only}`; `cargo xtask test --list` lists them"))?;
    Ok(PARTS.iter().filter(|other| other.name == only || part.after.contains(&other.name)).collect())
}

fn summarise(results: &[(&str, Outcome, Duration)]) -> Result<()> {
    println!();
    let mut failed = 0;
    for (name, outcome, time) in results {
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => {
                failed += 1;
                "FAILED"
            }
        };
        println!("{name:14}{word}  {:>7.1} s", time.as_secs_f64());
    }
    let total: Duration = results.iter().map(|(.., time)| *time).sum();
    println!("{:14}        {:>7.1} s", "all", total.as_secs_f64());
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed > 0 { Err(Stop.into()) } else { Ok(()) }
}

fn set_up(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    tools::rust_components(workspace)?;
    tools::wasm_target(workspace)?;
    tools::wasm_bindgen(workspace)?;
    tools::trunk(workspace)?;
    tools::npm_packages(workspace, ".")?;
    tools::chromium(workspace)?;
    Ok(())
}

fn fmt(context: &Context) -> Result<()> {
    run_command(cargo(context.workspace).args(["fmt", "--all", "--check"]))
}

fn clippy(context: &Context) -> Result<()> {
    run_command(native_crates(cargo(context.workspace).arg("clippy")).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    // Lints `jetapi` as the browser compiles it, too: clippy checks every crate of the workspace on its way.
    run_command(widget(cargo(context.workspace).arg("clippy")).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn native(context: &Context) -> Result<()> {
    let passed = run_tests(native_crates(cargo(context.workspace).arg("test")))?;
    ensure!(passed > 0, "no test ran");
    Ok(())
}

fn build(context: &Context) -> Result<()> {
    // With tests and their dependencies, so that these are the same builds of the same crates as the native tests'.
    run_command(native_crates(cargo(context.workspace).arg("build")).arg("--all-targets"))?;
    dist::build(context.workspace)
}

fn phoenix_peer(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    let tests = scripts(workspace, "tests/phoenix-peer", ".test.mjs")?;
    run_command(with_binaries(workspace, &mut command(workspace, "node")).arg("--test").args(tests))
}

fn wasm(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    let Chromium { driver, .. } = tools::chromium(workspace)?;
    let runner = tools::wasm_bindgen(workspace)?.with_file_name("wasm-bindgen-test-runner");
    let passed = run_tests(
        widget(cargo(workspace).arg("test"))
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", driver)
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;
    ensure!(passed > 0, "no test ran");
    Ok(())
}

fn e2e(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    scripts(workspace, "tests/e2e", ".spec.mjs").or_else(|_| scripts(workspace, "tests/e2e", ".spec.ts"))?;
    let chromium = tools::chromium(workspace)?;
    run_command(
        with_binaries(workspace, &mut command(workspace, workspace.npm_bin("playwright")))
            .env("JETAPI_CHROMIUM", chromium.browser)
            .args(["test", "--config", "tests/e2e"]),
    )
}

fn sizes(context: &Context) -> Result<()> {
    size::check(context.workspace)
}

fn docs(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    run_command(
        native_crates(cargo(workspace).arg("doc")).arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    run_command(widget(cargo(workspace).arg("doc")).arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings"))
}

/// Everything but the widget, which is only ever compiled for the browser: its dependencies are built once less.
fn native_crates(command: &mut Command) -> &mut Command {
    command.args(["--workspace", "--exclude", "jetapi-widget"])
}

fn widget(command: &mut Command) -> &mut Command {
    command.args(["--package", "jetapi-widget", "--target", "wasm32-unknown-unknown"])
}

fn with_binaries<'a>(workspace: &Workspace, command: &'a mut Command) -> &'a mut Command {
    command
        .env("JETAPI_DEMO", workspace.binary("jetapi-demo"))
        .env("JETAPI_GATEWAY", workspace.binary("jetapi-gateway"))
        .env("JETAPI_SIMULATOR", workspace.binary("jetapi-simulator"))
        .env("JETAPI_DIST", workspace.dist())
}

/// The files of a folder with a suffix: a part whose tests are not there has not passed.
fn scripts(workspace: &Workspace, folder: &str, suffix: &str) -> Result<Vec<std::path::PathBuf>> {
    let path = workspace.path(folder);
    let mut found: Vec<_> = fs::read_dir(&path)
        .with_context(|| format!("cannot read {folder}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(suffix))
        .collect();
    found.sort();
    if found.is_empty() {
        bail!("there is no {folder}/*{suffix}");
    }
    Ok(found)
}
