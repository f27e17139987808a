//! The page and the widget, as a web server serves them.
//!
//! Trunk watches, copies and serves. The wasm is built by its hook, for Trunk names what it makes after the package,
//! and `jetapi-widget.js` is the loader's name.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};

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
    if profile != "dev" {
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", shipped_flags(workspace));
    }
    for setting in config {
        build.args(["--config", setting]);
    }
    run(&mut build)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(workspace.target.join("wasm32-unknown-unknown").join(folder).join("jetapi_widget.wasm"))
}

/// Panics name their source files. In what ships these are short, and the same whoever built it.
fn shipped_flags(workspace: &Workspace) -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME")?;
        Some(Path::new(&home).join(".cargo"))
    });
    let registry = home.map(|home| home.join("registry").join("src"));
    // The folder of a registry in there has a name that depends on the machine's configuration.
    let registries = registry.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut flags = vec![format!("--remap-path-prefix={}=w", workspace.root.display())];
    flags.extend(registries.map(|folder| format!("--remap-path-prefix={}=c", folder.path().display())));
    flags.sort();
    flags.join(" ")
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
    bundle(workspace, &dist)?;
    prune(workspace, &dist)?;
    optimise(workspace, &dist.join(WASM), &[])?;
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
    let glue = dist.join(GLUE);
    let script = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    // Without these, esbuild could not know that a class that nobody imports does nothing.
    let script = script
        .lines()
        .filter(|line| !line.starts_with("if (Symbol.dispose)"))
        .collect::<Vec<_>>()
        .join("\n")
        .replace("new FinalizationRegistry(", "/* @__PURE__ */ new FinalizationRegistry(");
    fs::write(&glue, script).with_context(|| format!("cannot write {}", glue.display()))?;
    esbuild(workspace, &loader, &bundled, &[])?;
    fs::rename(&bundled, &loader).or_else(|_| fs::copy(&bundled, &loader).map(drop))?;
    remove(&dist.join(GLUE))?;
    remove(&dist.join("snippets"))
}

/// Takes what the script never calls out of the wasm.
fn prune(workspace: &Workspace, dist: &Path) -> Result<()> {
    let wasm = dist.join(WASM);
    let graph = command(workspace, "node")
        .arg("xtask/exports.mjs")
        .args([&dist.join(LOADER), &wasm])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run node")?;
    ensure!(graph.status.success(), "cannot tell which exports of the wasm are used");
    let graph_file = workspace.target.join("bundled").join("exports.json");
    fs::write(&graph_file, &graph.stdout)
        .with_context(|| format!("cannot write {}", graph_file.display()))?;
    run(command(workspace, workspace.npm_bin("wasm-metadce"))
        .args(WASM_FEATURES)
        .arg("--graph-file")
        .arg(&graph_file)
        .arg(&wasm)
        .arg("--output")
        .arg(&wasm)
        // It lists every function that it takes out.
        .stdout(Stdio::null()))
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
