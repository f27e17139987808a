//! The tools the commands need: found where they are, or installed where every clone finds them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result, bail};

use crate::{
    run::{cargo, command, find_on_path, is_on_path, output, run, write},
    workspace::Workspace,
};

const TRUNK_VERSION: &str = "0.21.14";
const FIREFOX: &str = "firefox";
const GECKODRIVER_VERSION: &str = "0.37.1";
/// What the browser runs.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub(crate) fn trunk(workspace: &Workspace) -> Result<PathBuf> {
    cargo_tool(workspace, "trunk", "trunk", TRUNK_VERSION)
}

/// `wasm-bindgen`, in the one version that fits the crate; its test runner lies beside it.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    cargo_tool(workspace, "wasm-bindgen-cli", "wasm-bindgen", &version)
}

fn cargo_tool(workspace: &Workspace, package: &str, binary: &str, version: &str) -> Result<PathBuf> {
    if let Some(path) = find_cargo_tool(package, binary, version) {
        return Ok(path);
    }
    let home = cargo_tool_home(package, version)?;
    eprintln!("  Installing {package} {version} into {} (some minutes, once)", home.display());
    run(cargo(workspace)
        // Its own temporary directory: the tool's dependencies are of no use to the workspace.
        .env_remove("CARGO_TARGET_DIR")
        .args(["install", "--locked", "--version", version, package, "--root"])
        .arg(&home))
    .with_context(|| format!("{package} {version} is not installed and cargo could not install it"))?;
    Ok(home.join("bin").join(binary))
}

fn find_cargo_tool(package: &str, binary: &str, version: &str) -> Option<PathBuf> {
    let is_right = |path: &PathBuf| {
        output(path, &["--version"]).is_some_and(|text| text.split_whitespace().nth(1) == Some(version))
    };
    let installed =
        || Some(cargo_tool_home(package, version).ok()?.join("bin").join(binary)).filter(is_right);
    find_on_path(binary).filter(is_right).or_else(installed)
}

fn cargo_tool_home(package: &str, version: &str) -> Result<PathBuf> {
    Ok(cache()?.join("tools").join(format!("{package}-{version}")))
}

/// The standard library for the browser.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let installed = output("rustc", &["--print", "target-libdir", "--target", WASM_TARGET])
        .is_some_and(|folder| Path::new(&folder).is_dir());
    if installed {
        return Ok(());
    }
    if !is_on_path("rustup") {
        bail!(
            "Rust's {WASM_TARGET} standard library is missing: install it with the system's Rust, or use rustup"
        );
    }
    eprintln!("  Installing Rust's {WASM_TARGET} target");
    run(command(workspace, "rustup").args(["target", "add", WASM_TARGET]))
}

/// The sources of the standard library, from which what ships is built.
pub(crate) fn rust_src(workspace: &Workspace) -> Result<()> {
    let installed = output("rustc", &["--print", "sysroot"])
        .is_some_and(|root| Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock").is_file());
    if installed {
        return Ok(());
    }
    if !is_on_path("rustup") {
        bail!(
            "the sources of Rust's standard library are missing: install the system's rust-src, or use rustup"
        );
    }
    eprintln!("  Installing the sources of Rust's standard library");
    run(command(workspace, "rustup").args(["component", "add", "rust-src"]))
}

/// rustfmt and clippy, which rustup's minimal profile leaves out.
pub(crate) fn rust_components(workspace: &Workspace) -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if output("cargo", &[probe, "--version"]).is_some() {
            continue;
        }
        if !is_on_path("rustup") {
            bail!("cargo {probe} is missing: install Rust's {component}");
        }
        eprintln!("  Installing Rust's {component}");
        run(command(workspace, "rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

/// The packages of a folder's package-lock.json.
pub(crate) fn npm_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    let folder = workspace.path(folder);
    let wanted = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    // What `npm ci` was last run for. npm's own record is written before an install is complete.
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !is_on_path("npm") {
        bail!("npm is missing: install Node.js 20.12 or later with npm (Debian: apt-get install nodejs npm)");
    }
    eprintln!("  Installing npm packages into {}", folder.join("node_modules").display());
    run(command(workspace, "npm").current_dir(&folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))?;
    write(&stamp, wanted)
}

/// Where Chromium and its driver are.
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

pub(crate) fn chromium(workspace: &Workspace) -> Result<Chromium> {
    debian(workspace, &["chromium", "chromium-driver"], || {
        Some(Chromium { browser: find_on_path("chromium")?, driver: find_on_path("chromedriver")? })
    })
}

/// What Playwright drives: Chromium without a screen, which takes a third of the whole browser's time, where it can be had.
pub(crate) fn headless_chromium(workspace: &Workspace) -> Result<PathBuf> {
    static SHELL: OnceLock<Option<PathBuf>> = OnceLock::new();
    const NAME: &str = "chromium-headless-shell";
    let shell = SHELL.get_or_init(|| {
        debian(workspace, &[NAME], || find_on_path(NAME))
            .inspect_err(|error| eprintln!("  The whole Chromium takes its place, and more time: {error:#}"))
            .ok()
    });
    match shell {
        Some(shell) => Ok(shell.clone()),
        None => Ok(chromium(workspace)?.browser),
    }
}

pub(crate) fn has_firefox() -> bool {
    is_on_path(FIREFOX) && find_cargo_tool("geckodriver", "geckodriver", GECKODRIVER_VERSION).is_some()
}

/// Firefox's driver, which finds the browser on PATH.
pub(crate) fn firefox_driver(workspace: &Workspace) -> Result<PathBuf> {
    debian(workspace, &["firefox-esr"], || find_on_path(FIREFOX))?;
    cargo_tool(workspace, "geckodriver", "geckodriver", GECKODRIVER_VERSION)
}

/// Where the driver of WebKitGTK is, and the screen that its browser needs.
pub(crate) struct WebKit {
    pub(crate) driver: PathBuf,
    pub(crate) screen: PathBuf,
}

pub(crate) fn has_webkit() -> bool {
    find_webkit().is_some()
}

fn find_webkit() -> Option<WebKit> {
    Some(WebKit { driver: find_on_path("WebKitWebDriver")?, screen: find_on_path("Xvfb")? })
}

pub(crate) fn webkit(workspace: &Workspace) -> Result<WebKit> {
    debian(workspace, &["webkit2gtk-driver", "xvfb"], find_webkit)
}

/// What `find` finds, after its Debian packages are installed where it finds nothing.
fn debian<T>(workspace: &Workspace, packages: &[&str], find: impl Fn() -> Option<T>) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let wish = format!(
        "{0} must be installed and on PATH (Debian: apt-get install {1})",
        packages.join(" and "),
        packages.join(" ")
    );
    if !is_on_path("apt-get") {
        bail!(wish);
    }
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let apt = || match is_root {
        true => command(workspace, "apt-get"),
        false => {
            let mut sudo = command(workspace, "sudo");
            sudo.arg("apt-get");
            sudo
        }
    };
    if !is_root && !is_on_path("sudo") {
        bail!(wish);
    }
    eprintln!("  Installing {} with apt-get", packages.join(" and "));
    run(apt().arg("update")).with_context(|| wish.clone())?;
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
        .with_context(|| wish.clone())?;
    find().context(wish)
}

/// Shared by all clones of one person on one machine.
fn cache() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").filter(|path| Path::new(path).is_absolute()) {
        Some(base) => PathBuf::from(base),
        None => env::home_dir().context("there is no home directory to keep tools in")?.join(".cache"),
    };
    Ok(base.join("jetapi-widget"))
}
