//! `cargo xtask test`: every check of the project. Each part runs whatever became of the others, and the last lines
//! say what came of all.

use std::{
    collections::VecDeque,
    env, fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    browsers, dist, npm,
    run::{Failed, Stop, cargo, command, run as run_command, run_tests},
    size,
    tools::{self, Chromium},
    workspace::Workspace,
};

const SET_UP: &str = "set-up";
const PHOENIX_PEER: &str = "tests/phoenix-peer";
const E2E: &str = "tests/e2e";
const PACKAGING: &str = "tests/packaging";
const FIREFOX: &str = "firefox";
const WEBKIT: &str = "webkit";
const EXAMPLE: &str = "examples/crm";
const EXAMPLE_CRATE: &str = "crm-example";

type Step = fn(&Workspace) -> Result<()>;
type IsInstalled = fn() -> bool;
/// Runs those tests of a part that a word names, or all.
type RunSome = fn(&Workspace, Option<&str>) -> Result<()>;

struct Part {
    name: &'static str,
    about: &'static str,
    /// What set-up sees to.
    needs: &'static [Step],
    /// Parts whose results this one uses: run first when it is chosen alone.
    after: &'static [&'static str],
    run: Step,
}

const RELEASE_NEEDS: &[Step] = &[tools::wasm_target, wasm_bindgen, trunk, npm_packages];

/// In the order in which they run.
const PARTS: &[Part] = &[
    Part {
        name: "fmt",
        about: "formatting",
        needs: &[tools::rust_components],
        after: &[],
        run: |workspace| run_command(cargo(workspace).args(["fmt", "--all", "--check"])),
    },
    Part {
        name: "clippy",
        about: "lints, native and wasm, warnings denied",
        needs: &[tools::rust_components, tools::wasm_target],
        after: &[],
        run: clippy,
    },
    Part { name: "build", about: "the native binaries", needs: &[], after: &[], run: build },
    Part { name: "native", about: "tests of the native crates", needs: &[], after: &[], run: native },
    Part {
        name: "phone",
        about: "the countries of the phone field, against their source",
        needs: &[npm_packages],
        after: &[],
        run: |workspace| run_command(command(workspace, "node").args(["xtask/phone.mjs", "--check"])),
    },
    Part {
        name: "types",
        about: "the loader's TypeScript, and what is made of the list of elements",
        needs: &[npm_packages],
        after: &[],
        run: types,
    },
    Part {
        name: "phoenix-peer",
        about: "npm's phoenix client against the simulator",
        needs: &[|workspace| tools::npm_packages(workspace, PHOENIX_PEER)],
        after: &["build"],
        run: phoenix_peer,
    },
    Part {
        name: "wasm",
        about: "tests of the widget in headless Chromium",
        needs: &[tools::wasm_target, wasm_bindgen, chromium],
        after: &[],
        run: wasm,
    },
    Part {
        name: "release",
        about: "the page and the widget as they ship",
        needs: RELEASE_NEEDS,
        after: &[],
        run: dist::build,
    },
    Part {
        name: "example",
        about: "the Leptos application that uses the crate",
        needs: &[tools::wasm_target, wasm_bindgen, trunk],
        after: &[],
        run: example,
    },
    Part {
        name: "panics",
        about: "a widget that can be told to panic",
        needs: RELEASE_NEEDS,
        after: &[],
        run: dist::build_panics,
    },
    Part {
        name: "e2e",
        about: "the whole product in headless Chromium",
        needs: &[npm_packages, headless_chromium],
        after: &["build", "release", "example", "panics"],
        run: e2e,
    },
    Part {
        name: "packaging",
        about: "the npm package under bundlers, a server and script tags",
        needs: &[npm_packages, headless_chromium],
        after: &["build", "release"],
        run: packaging,
    },
    Part {
        name: "size",
        about: "what the browser downloads, against its budget",
        needs: &[],
        after: &["release"],
        run: size::check,
    },
    Part {
        name: "docs",
        about: "documentation, warnings denied",
        needs: &[tools::wasm_target, wasm_bindgen],
        after: &[],
        run: docs,
    },
    Part {
        name: FIREFOX,
        about: "tests of the widget and of the script tag in headless Firefox",
        needs: &[tools::wasm_target, wasm_bindgen, npm_packages, firefox],
        after: &["build", "release"],
        run: browsers::firefox,
    },
    Part {
        name: WEBKIT,
        about: "tests of the widget and of the script tag in WebKitGTK",
        needs: &[tools::wasm_target, wasm_bindgen, npm_packages, webkit],
        after: &["build", "release"],
        run: browsers::webkit,
    },
];

/// Parts that a run of all of them leaves out where their browser is not installed and, on CI, can't be.
const OPTIONAL: [(&str, IsInstalled); 2] = [(FIREFOX, tools::has_firefox), (WEBKIT, tools::has_webkit)];

/// Parts of which a word after the name chooses tests.
const DIVISIBLE: [(&str, RunSome); 2] = [("e2e", some_e2e), ("packaging", some_packaging)];

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Passed,
    Skipped,
    Failed,
}

struct Done {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
    /// Said again at the end: a log of all parts is long, and often only its end is kept.
    last_lines: VecDeque<String>,
}

pub(crate) fn run(workspace: &Workspace, mut args: Parser) -> Result<()> {
    let mut only: Option<String> = None;
    let mut some: Option<String> = None;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("only") => only = Some(args.value()?.string()?),
            Arg::Value(word) if only.is_some() => some = Some(word.string()?),
            Arg::Long("browser") => only = Some(browser(args.value()?.string()?)?),
            Arg::Long("list") => {
                for Part { name, about, .. } in PARTS {
                    println!("{name:14}{about}");
                }
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let (chosen, left_out): (Vec<_>, Vec<_>) =
        choose(only.as_deref())?.into_iter().partition(|part| only.is_some() || can_run(workspace, part));
    let mut done = vec![timed(SET_UP, "tools, npm packages and browsers", || {
        chosen.iter().flat_map(|part| part.needs).try_for_each(|need| need(workspace))
    })];
    for part in chosen {
        let failed_before = done
            .iter()
            .find(|earlier| {
                earlier.outcome == Outcome::Failed
                    && (part.after.contains(&earlier.name) || needs_set_up(part, earlier))
            })
            .map(|earlier| earlier.name);
        done.push(timed(part.name, part.about, || match failed_before {
            Some(name) => Err(anyhow!("not run, because {name} failed")),
            None => match &some {
                Some(word) if only.as_deref() == Some(part.name) => run_some(workspace, part.name, word),
                _ => (part.run)(workspace),
            },
        }));
    }
    for Part { name, .. } in left_out {
        println!(
            "\n=== {name}: skipped: not installed here; `cargo xtask test --browser {name}` installs it"
        );
        done.push(Done {
            name,
            outcome: Outcome::Skipped,
            time: Duration::ZERO,
            last_lines: VecDeque::new(),
        });
    }
    summarise(&done)
}

fn run_some(workspace: &Workspace, part: &str, word: &str) -> Result<()> {
    let (_, run) = DIVISIBLE.iter().find(|(name, _)| *name == part).context("this part runs as a whole")?;
    run(workspace, Some(word))
}

/// Whether a part runs where all do.
fn can_run(workspace: &Workspace, part: &Part) -> bool {
    let Some((_, is_there)) = OPTIONAL.iter().find(|(name, _)| *name == part.name) else { return true };
    let can_install = || {
        part.needs.iter().all(|need| need(workspace).inspect_err(|error| eprintln!("  {error:#}")).is_ok())
    };
    is_there() || env::var_os("CI").is_some() && can_install()
}

fn browser(name: String) -> Result<String> {
    if !OPTIONAL.iter().any(|(browser, _)| *browser == name) {
        bail!("--browser takes {FIREFOX} or {WEBKIT}; all else runs in Chromium");
    }
    Ok(name)
}

fn needs_set_up(part: &Part, earlier: &Done) -> bool {
    earlier.name == SET_UP && !part.needs.is_empty()
}

fn choose(only: Option<&str>) -> Result<Vec<&'static Part>> {
    let Some(only) = only else { return Ok(PARTS.iter().collect()) };
    let wanted = PARTS
        .iter()
        .find(|part| part.name == only)
        .with_context(|| format!("there is no part `{only}`; `cargo xtask test --list` lists them"))?;
    Ok(PARTS.iter().filter(|part| part.name == only || wanted.after.contains(&part.name)).collect())
}

fn timed(name: &'static str, about: &str, step: impl FnOnce() -> Result<()>) -> Done {
    println!("\n=== {name}: {about}");
    let start = Instant::now();
    let (outcome, last_lines) = match step() {
        Ok(()) => (Outcome::Passed, VecDeque::new()),
        Err(error) => {
            eprintln!("error: {name}: {error:#}");
            let failed = error.downcast::<Failed>();
            (Outcome::Failed, failed.map(|failed| failed.last_lines).unwrap_or_default())
        }
    };
    Done { name, outcome, time: start.elapsed(), last_lines }
}

fn summarise(done: &[Done]) -> Result<()> {
    for Done { name, last_lines, .. } in done.iter().filter(|part| !part.last_lines.is_empty()) {
        println!("\n=== {name}: FAILED; its last lines were");
        last_lines.iter().for_each(|line| print!("{line}"));
    }
    println!();
    for Done { name, outcome, time, .. } in done {
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "FAILED",
        };
        println!("{name:14}{word:7}{:>8.1} s", time.as_secs_f64());
    }
    let total: Duration = done.iter().map(|part| part.time).sum();
    println!("{:20}{:>9.1} s", "all", total.as_secs_f64());
    let count = |outcome| done.iter().filter(|part| part.outcome == outcome).count();
    let (skipped, failed) = (count(Outcome::Skipped), count(Outcome::Failed));
    let skipped = if skipped > 0 { format!("{skipped} skipped, ") } else { String::new() };
    println!("{} passed, {skipped}{failed} failed", count(Outcome::Passed));
    if failed > 0 { Err(Stop.into()) } else { Ok(()) }
}

fn wasm_bindgen(workspace: &Workspace) -> Result<()> {
    tools::wasm_bindgen(workspace).map(drop)
}

fn trunk(workspace: &Workspace) -> Result<()> {
    tools::trunk(workspace).map(drop)
}

fn npm_packages(workspace: &Workspace) -> Result<()> {
    tools::npm_packages(workspace, ".")
}

fn chromium(workspace: &Workspace) -> Result<()> {
    tools::chromium(workspace).map(drop)
}

fn headless_chromium(workspace: &Workspace) -> Result<()> {
    tools::headless_chromium(workspace).map(drop)
}

fn firefox(workspace: &Workspace) -> Result<()> {
    tools::firefox_driver(workspace).map(drop)
}

fn webkit(workspace: &Workspace) -> Result<()> {
    tools::webkit(workspace).map(drop)
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let denied = ["--all-targets", "--", "--deny", "warnings"];
    let native = run_command(native_crates(cargo(workspace).arg("clippy")).args(denied));
    // Lints `jetapi` as the browser compiles it, too: clippy checks every crate of the workspace on its way.
    let wasm =
        run_command(widget(cargo(workspace).arg("clippy")).args(["--package", EXAMPLE_CRATE]).args(denied));
    native.and(wasm)
}

fn build(workspace: &Workspace) -> Result<()> {
    // With the tests, so that these are the very builds that the native tests use.
    run_command(native_crates(cargo(workspace).arg("build")).arg("--all-targets"))
}

fn native(workspace: &Workspace) -> Result<()> {
    let passed = run_tests(native_crates(cargo(workspace).arg("test")))?;
    ensure!(passed > 0, "no test ran");
    Ok(())
}

fn wasm(workspace: &Workspace) -> Result<()> {
    let Chromium { driver, .. } = tools::chromium(workspace)?;
    wasm_tests(workspace, |tests| tests.env("CHROMEDRIVER", driver))
}

/// The tests of the widget, in the browser whose driver is in the environment.
pub(crate) fn wasm_tests(
    workspace: &Workspace,
    driver: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<()> {
    let mut tests = cargo(workspace);
    let passed = run_tests(
        driver(with_wasm_runner(workspace, widget(tests.arg("test")))?)
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;
    ensure!(passed > 0, "no test ran");
    Ok(())
}

fn with_wasm_runner<'a>(workspace: &Workspace, command: &'a mut Command) -> Result<&'a mut Command> {
    let runner = tools::wasm_bindgen(workspace)?.with_file_name("wasm-bindgen-test-runner");
    Ok(command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}

fn phoenix_peer(workspace: &Workspace) -> Result<()> {
    require_tests(workspace, PHOENIX_PEER, ".test.")?;
    let mut npm = command(workspace, "npm");
    run_command(with_binaries(workspace, &mut npm).args(["test", "--prefix", PHOENIX_PEER]))
}

fn example(workspace: &Workspace) -> Result<()> {
    let (trunk, bindgen) = (tools::trunk(workspace)?, tools::wasm_bindgen(workspace)?);
    // Trunk downloads a wasm-bindgen of its own where it finds none that fits.
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(bindgen.parent().map(Into::into).into_iter().chain(env::split_paths(&path)))?;
    run_command(
        dist::trunk_command(workspace, &trunk)
            .current_dir(workspace.path(EXAMPLE))
            .env("PATH", path)
            .args(["build", "--dist"])
            .arg(example_dist(workspace)),
    )
}

fn example_dist(workspace: &Workspace) -> PathBuf {
    workspace.target.join("example")
}

fn e2e(workspace: &Workspace) -> Result<()> {
    some_e2e(workspace, None)
}

/// Those of the files whose names have the word.
fn some_e2e(workspace: &Workspace, word: Option<&str>) -> Result<()> {
    playwright(workspace, E2E, |tests| tests.args(word))
}

fn playwright(
    workspace: &Workspace,
    tests: &str,
    choose: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<()> {
    require_tests(workspace, tests, ".spec.")?;
    let chromium = tools::headless_chromium(workspace)?;
    let mut playwright = command(workspace, workspace.npm_bin("playwright"));
    with_binaries(workspace, &mut playwright).env("CHROMIUM", chromium).args([
        "test",
        "--forbid-only",
        "--config",
        tests,
    ]);
    run_command(choose(&mut playwright))
}

fn types(workspace: &Workspace) -> Result<()> {
    run_command(command(workspace, "node").args(["xtask/elements.mjs", "--check"]))?;
    run_command(command(workspace, workspace.npm_bin("tsc")).args(["--project", "npm"]))
}

fn packaging(workspace: &Workspace) -> Result<()> {
    some_packaging(workspace, None)
}

/// Those of the consumers whose names have the word.
fn some_packaging(workspace: &Workspace, word: Option<&str>) -> Result<()> {
    let tarball = npm::pack(workspace)?;
    playwright(workspace, PACKAGING, |tests| {
        tests.env("JETAPI_TARBALL", tarball).args(word.map(|word| ["--grep", word]).into_iter().flatten())
    })
}

fn docs(workspace: &Workspace) -> Result<()> {
    let rustdoc =
        |command: &mut Command| run_command(command.arg("--no-deps").env("RUSTDOCFLAGS", "--deny warnings"));
    let native = rustdoc(native_crates(cargo(workspace).arg("doc")));
    let wasm = rustdoc(widget(cargo(workspace).arg("doc")));
    // The README's examples, and the crate's. They are only compiled, but what they make together is run.
    let mut examples = cargo(workspace);
    let examples =
        with_wasm_runner(workspace, widget(examples.args(["test", "--doc"]))).and_then(run_command);
    native.and(wasm).and(examples)
}

/// Everything but what is only ever compiled for the browser: its dependencies are built once less.
fn native_crates(command: &mut Command) -> &mut Command {
    command.args(["--workspace", "--exclude", "jetapi-widget", "--exclude", EXAMPLE_CRATE])
}

fn widget(command: &mut Command) -> &mut Command {
    command.args(["--package", "jetapi-widget", "--target", "wasm32-unknown-unknown"])
}

pub(crate) fn with_binaries<'a>(workspace: &Workspace, command: &'a mut Command) -> &'a mut Command {
    command
        .env("JETAPI_DEMO", workspace.binary("jetapi-demo"))
        .env("JETAPI_GATEWAY", workspace.binary("jetapi-gateway"))
        .env("JETAPI_SIMULATOR", workspace.binary("jetapi-simulator"))
        .env("JETAPI_DIST", workspace.dist())
        .env("JETAPI_PANICS", dist::panics(workspace))
        .env("JETAPI_EXAMPLE", example_dist(workspace))
}

/// A part whose tests are not there has not passed.
pub(crate) fn require_tests(workspace: &Workspace, folder: &str, infix: &str) -> Result<()> {
    let entries = fs::read_dir(workspace.path(folder)).with_context(|| format!("cannot read {folder}"))?;
    let has_tests = entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains(infix));
    ensure!(has_tests, "there is no test in {folder}");
    Ok(())
}
