//! The page and the widget, as a web server serves them.
//!
//! Trunk watches, copies and serves. The wasm is built by its hook, for Trunk names what it makes after the package,
//! and `jetapi-widget.js` is the loader's name.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    run::{cargo, command, remove, run},
    tools,
    workspace::Workspace,
};

/// The loader, and in a release everything that JavaScript does.
pub(crate) const LOADER: &str = "jetapi-widget.js";
pub(crate) const WASM: &str = "jetapi_widget_bg.wasm";
const GLUE: &str = "jetapi_widget.js";

/// What every browser has that runs the widget at all. `--all-features` would use what none has yet.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What Trunk calls for each build, with the place to build into.
pub(crate) fn trunk_hook(workspace: &Workspace) -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").context("this is what Trunk calls, by Trunk.toml")?;
    let is_release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let wasm = build_wasm(workspace, if is_release { "widget" } else { "dev" }, &[])?;
    bind(workspace, &wasm, &PathBuf::from(staging), if is_release { &["--remove-name-section"] } else { &[] })
}

/// Compiles the widget and says where the wasm is.
pub(crate) fn build_wasm(workspace: &Workspace, profile: &str, config: &[&str]) -> Result<PathBuf> {
    let mut build = cargo(workspace);
    build.args(["build", "--package", "jetapi-widget", "--lib", "--target", "wasm32-unknown-unknown"]);
    build.args(["--profile", profile]);
    for setting in config {
        build.args(["--config", setting]);
    }
    run(&mut build)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(workspace.target.join("wasm32-unknown-unknown").join(folder).join("jetapi_widget.wasm"))
}

/// Makes the JavaScript half of the wasm.
pub(crate) fn bind(workspace: &Workspace, wasm: &Path, out: &Path, extra: &[&str]) -> Result<()> {
    let bindgen = tools::wasm_bindgen(workspace)?;
    run(command(workspace, bindgen)
        .args(["--target", "web", "--no-typescript", "--out-name", "jetapi_widget"])
        .args(extra)
        .arg("--out-dir")
        .arg(out)
        .arg(wasm))
}

/// Builds the release into `dist/`.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let trunk = tools::trunk(workspace)?;
    run(trunk_command(workspace, &trunk).args(["build", "--release", "--dist"]).arg(&dist))?;
    optimise(workspace, &dist.join(WASM), &[])?;
    bundle(workspace, &dist)?;
    tidy(&dist.join("index.html"))?;
    compress(workspace, &dist)
}

/// Trunk, able to find the right `cargo xtask` for its hook.
pub(crate) fn trunk_command(workspace: &Workspace, trunk: &Path) -> std::process::Command {
    let mut command = command(workspace, trunk);
    // Trunk takes NO_COLOR for a flag of its own and refuses the usual "1".
    command.env_remove("NO_COLOR");
    command
}

pub(crate) fn optimise(workspace: &Workspace, wasm: &Path, extra: &[&str]) -> Result<()> {
    run(command(workspace, workspace.npm_bin("wasm-opt"))
        .arg("-Oz")
        .args(WASM_FEATURES)
        .args(extra)
        .arg(wasm)
        .arg("--output")
        .arg(wasm))
}

/// One script instead of two: the glue goes into the loader, which finds the wasm beside itself.
fn bundle(workspace: &Workspace, dist: &Path) -> Result<()> {
    let loader = dist.join(LOADER);
    let bundled = workspace.target.join("bundled").join(LOADER);
    esbuild(workspace, &loader, &bundled, &[])?;
    fs::rename(&bundled, &loader).or_else(|_| fs::copy(&bundled, &loader).map(drop))?;
    remove(&dist.join(GLUE))?;
    remove(&dist.join("snippets"))
}

/// Trunk leaves the link that keeps it from building the wasm itself.
fn tidy(page: &Path) -> Result<()> {
    let html = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let kept: Vec<_> = html.lines().filter(|line| !line.contains("data-trunk")).collect();
    fs::write(page, kept.join("\n") + "\n").with_context(|| format!("cannot write {}", page.display()))
}

pub(crate) fn esbuild(workspace: &Workspace, entry: &Path, out: &Path, extra: &[&str]) -> Result<()> {
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(out);
    run(command(workspace, workspace.npm_bin("esbuild"))
        .arg(entry)
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"])
        .args(["--log-level=warning"])
        .args(extra)
        .arg(outfile))
}

/// Puts a `.br` beside each file that shrinks. Node has brotli built in, and takes a second for what a debug build
/// of a Rust encoder takes a minute for.
pub(crate) fn compress(workspace: &Workspace, folder: &Path) -> Result<()> {
    run(command(workspace, "node").arg(OsStr::new("xtask/compress.mjs")).arg(folder))
}
