//! The page and the widget, as a web server serves them.
//!
//! Trunk watches, copies and serves. The widget is built by its hook: the loader, and the wasm and the script of each
//! part, which Trunk would name after the package.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine};

use crate::{
    link, locale, rest,
    run::{cargo, command, output, read, run, write},
    tools,
    workspace::Workspace,
};

/// What a page's script tag loads.
pub(crate) const LOADER: &str = "jetapi-widget.js";

/// What elements say that could not be loaded. A page loads it then.
pub(crate) const FAULTS: &str = "faults.js";

/// One wasm module with the script that belongs to it.
pub(crate) struct Part {
    /// What its files are called, and the loader calls it.
    pub(crate) name: &'static str,
    /// Those of the package that it is built with, and no others.
    features: &'static [&'static str],
    /// What the loader uses of its script. wasm-bindgen also exports every class of every dependency.
    exports: &'static [&'static str],
}

/// Most pages only pair WhatsApp, and wait for it: they load a module with nothing else in it.
pub(crate) const WHATSAPP: Part = Part {
    name: "whatsapp",
    features: &["whatsapp"],
    exports: &["addMessages", "headStart", "mount", "styleSheet"],
};
pub(crate) const ACCOUNTS: Part = Part {
    name: "accounts",
    features: &["whatsapp", "accounts"],
    exports: &["addMessages", "mount", "styleSheet"],
};
/// What an agent has open beside a customer. Accounts are connected on other pages, and once.
pub(crate) const CHAT: Part =
    Part { name: "chat", features: &["chat"], exports: &["addMessages", "mount", "styleSheet"] };
pub(crate) const NOTES: Part =
    Part { name: "notes", features: &["notes"], exports: &["addMessages", "mount", "styleSheet"] };
/// Each is linked by itself. One module that is split shares its runtime, but what two parts use is neither inlined nor
/// cut to what one needs of it. Measured, split by the linker's relocations after wasm-bindgen has run: WhatsApp's page
/// is 6 KB larger, and past its budget. [`rest`] shares as much, and WhatsApp's page is as if it were alone.
pub(crate) const PARTS: [Part; 4] = [WHATSAPP, ACCOUNTS, CHAT, NOTES];

impl Part {
    pub(crate) fn wasm(&self) -> String {
        format!("{}.wasm", self.name)
    }

    /// Its messages in Russian, of which a page in English needs none.
    pub(crate) fn russian(&self) -> String {
        format!("{}.ru.js", self.name)
    }

    /// What it has besides another.
    pub(crate) fn rest(&self) -> String {
        format!("{}.rest.js", self.name)
    }

    fn messages(&self) -> Result<String> {
        locale::russian(self.features)
    }

    /// What the wasm and JavaScript call each other by.
    pub(crate) fn script(&self) -> String {
        format!("{}.js", self.name)
    }
}

/// What every browser has that runs the widget at all. `--all-features` would use what none has yet.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Fewest bytes as brotli sends them, by trial: what `-Oz` does to flattened code takes two rounds, a larger function
/// that is called once compresses better where it is than inlined, and so does one of a few instructions. Low memory is
/// the far end of the stack: nothing that is reached by adding to an address lies there.
const OPTIMISATIONS: [&str; 8] = [
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "--one-caller-inline-max-function-size=40",
    "--always-inline-max-function-size=5",
    "-Oz",
    "-Oz",
    "--reorder-functions",
];

/// What Trunk calls for each build, with the place to build into.
pub(crate) fn trunk_hook(workspace: &Workspace) -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").context("this is what Trunk calls, by Trunk.toml")?;
    let is_release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let staging = PathBuf::from(staging);
    loader(workspace, &staging, is_release)?;
    for part in &PARTS {
        let wasm = build_wasm(workspace, part, if is_release { "widget" } else { "dev" }, &[])?;
        assemble(workspace, part, &wasm, &staging, is_release)?;
    }
    if is_release { rest::build(workspace, &staging) } else { Ok(()) }
}

/// Puts a part's files into a folder: its wasm, its script and its messages.
fn assemble(workspace: &Workspace, part: &Part, wasm: &Path, out: &Path, is_release: bool) -> Result<()> {
    let glue_folder = workspace.target.join("glue");
    bind(workspace, part, wasm, &glue_folder, if is_release { &["--remove-name-section"] } else { &[] })?;
    let (glue, script) = (glue_folder.join(part.script()), out.join(part.script()));
    let wasm = out.join(part.wasm());
    let bound = glue_folder.join(part.wasm());
    fs::copy(&bound, &wasm).with_context(|| format!("cannot copy {}", bound.display()))?;
    factory(workspace, part, &glue, &script)?;
    if is_release {
        prune(workspace, &script, &wasm)?;
        shorten(workspace, &glue, &wasm)?;
        factory(workspace, part, &glue, &script)?;
    }
    write(
        &out.join(part.russian()),
        format!("export default {};\n", serde_json::to_string(&part.messages()?)?),
    )
}

/// Where [`build_panics`] puts a widget that can be told to panic.
pub(crate) fn panics(workspace: &Workspace) -> PathBuf {
    workspace.target.join("panics")
}

/// A page with `<jetapi-whatsapp>` as it ships, but that it can be told to panic.
pub(crate) fn build_panics(workspace: &Workspace) -> Result<()> {
    let out = panics(workspace);
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let part = Part { features: &["whatsapp", "panics"], ..WHATSAPP };
    loader(workspace, &out, true)?;
    let wasm = build_wasm(workspace, &part, "widget", &[])?;
    assemble(workspace, &part, &wasm, &out, true)?;
    fs::copy(workspace.path("bare.html"), out.join("bare.html")).context("cannot copy bare.html")?;
    Ok(())
}

/// Makes one small script of what is used of a part's glue.
fn factory(workspace: &Workspace, part: &Part, glue: &Path, script: &Path) -> Result<()> {
    run(command(workspace, "node").arg("xtask/glue.mjs").args([glue, script]).args(part.exports))
}

/// Puts what a page's script tag loads into a folder.
fn loader(workspace: &Workspace, out: &Path, is_packed: bool) -> Result<()> {
    let version = format!("--define:VERSION={:?}", workspace.locked_version("jetapi-widget")?);
    let packed = format!("--define:PACKED={is_packed}");
    let source = |name| workspace.path("npm/src").join(name);
    let [loader, faults] = [LOADER, FAULTS].map(|name| out.join(name));
    let script = ["--format=iife", "--define:FOLDER=\".\"", "--define:DOT=\".\"", &packed, &version];
    esbuild(workspace, &source("script.ts"), &loader, &script)?;
    esbuild(workspace, &source("faults.ts"), &faults, &["--format=esm", "--loader:.css=text"])?;
    let mut scripts = vec![loader, faults];
    if is_packed {
        let unpacker = format!("--define:UNPACKER={:?}", build_unpacker(workspace)?);
        for (name, over, packed) in rest::SCRIPTS {
            let script = out.join(name);
            let (over, packed) = (format!("--define:OVER={over}"), format!("--define:PACKED_HERE={packed}"));
            esbuild(workspace, &source("rest.ts"), &script, &["--format=esm", &over, &packed, &unpacker])?;
            scripts.push(script);
        }
    }
    run(command(workspace, "node").arg("xtask/shorten.mjs").args(scripts))
}

/// Compiles the widget and says where the wasm is.
pub(crate) fn build_wasm(
    workspace: &Workspace,
    part: &Part,
    profile: &str,
    config: &[&str],
) -> Result<PathBuf> {
    let is_shipped = profile != "dev";
    let mut build = cargo(workspace);
    build.args(["build", "--package", "jetapi-widget", "--lib", "--target", tools::WASM_TARGET]);
    build.args(["--profile", profile, "--no-default-features", "--features", &part.features.join(",")]);
    let target = if is_shipped { ship(workspace, &mut build)? } else { workspace.target.clone() };
    for setting in config {
        build.args(["--config", setting]);
    }
    run(&mut build)?;
    let folder = if is_shipped { profile } else { "debug" };
    Ok(target.join(tools::WASM_TARGET).join(folder).join("jetapi_widget.wasm"))
}

/// Has a build for the browser be made as what ships is, and says where.
fn ship(workspace: &Workspace, build: &mut Command) -> Result<PathBuf> {
    // Flags for what ships would have build scripts run again, and all that depends on them, with every change to and fro.
    let target = workspace.target.join("shipped");
    build.env("CARGO_TARGET_DIR", &target);
    let mut flags = short_paths(workspace);
    if can_build_std() {
        tools::rust_src(workspace)?;
        // The standard library as it comes is compiled for speed, and with words for every panic.
        build.env("RUSTC_BOOTSTRAP", "1");
        build.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        flags.extend(STD_FLAGS.map(str::to_owned));
    } else {
        eprintln!("  This rustc cannot compile its standard library for size: the wasm is some 8 KB larger");
    }
    build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags.join(" "));
    link::stand_in(workspace, build)?;
    Ok(target)
}

/// The wasm that makes modules of others, in base64: a script brings it, and needs it at once.
fn build_unpacker(workspace: &Workspace) -> Result<String> {
    let mut build = cargo(workspace);
    build.args(["build", "--package", "jetapi-unpack", "--lib", "--target", tools::WASM_TARGET]);
    build.args(["--profile", "widget"]);
    let folder = ship(workspace, &mut build)?.join(tools::WASM_TARGET).join("widget");
    run(&mut build)?;
    let wasm = folder.join("unpack.opt.wasm");
    run(command(workspace, workspace.npm_bin("wasm-opt"))
        .args(["-Oz", "--strip-producers", "--strip-target-features"])
        .args(WASM_FEATURES)
        .arg(folder.join("jetapi_unpack.wasm"))
        .arg("--output")
        .arg(&wasm))?;
    Ok(STANDARD.encode(read(&wasm)?))
}

/// Not stable yet, so asked for by `RUSTC_BOOTSTRAP`. A panic is a trap without a message, which the loader answers as
/// it answers any; nothing that ships shows the user a `Debug` text.
const STD_FLAGS: [&str; 4] =
    ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// Whether the compiler knows these flags by these names.
fn can_build_std() -> bool {
    Command::new("rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .args(STD_FLAGS)
        .args(["--print", "cfg", "--target", tools::WASM_TARGET])
        .output()
        .is_ok_and(|answer| answer.status.success())
}

/// What names source files does so shortly, and the same whoever built it.
fn short_paths(workspace: &Workspace) -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME")?;
        Some(Path::new(&home).join(".cargo"))
    });
    let registry = home.map(|home| home.join("registry").join("src"));
    // The folder of a registry in there has a name that depends on the machine's configuration.
    let registries = registry.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut flags = vec![format!("--remap-path-prefix={}=w", workspace.root.display())];
    flags.extend(registries.map(|folder| format!("--remap-path-prefix={}=c", folder.path().display())));
    flags
        .extend(output("rustc", &["--print", "sysroot"]).map(|root| format!("--remap-path-prefix={root}=r")));
    flags.sort();
    flags
}

/// Makes the wasm as the browser loads it, and wasm-bindgen's script for it.
pub(crate) fn bind(
    workspace: &Workspace,
    part: &Part,
    wasm: &Path,
    out: &Path,
    extra: &[&str],
) -> Result<()> {
    let bindgen = tools::wasm_bindgen(workspace)?;
    run(command(workspace, bindgen)
        .args(["--target", "web", "--no-typescript", "--out-name", part.name])
        .args(extra)
        .arg("--out-dir")
        .arg(out)
        .arg(wasm))?;
    let bound = out.join(format!("{}_bg.wasm", part.name));
    fs::rename(&bound, out.join(part.wasm())).with_context(|| format!("cannot rename {}", bound.display()))
}

/// Builds the release into `dist/`.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let trunk = tools::trunk(workspace)?;
    run(trunk_command(workspace, &trunk).args(["build", "--release", "--dist"]).arg(&dist))?;
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
        .args(OPTIMISATIONS)
        .args(WASM_FEATURES)
        .args(extra)
        .arg(wasm)
        .arg("--output")
        .arg(wasm))
}

/// Optimises the wasm, and gives what it and the glue call each other by the same short names in both: wasm-bindgen's
/// end in hashes, which don't compress.
fn shorten(workspace: &Workspace, glue: &Path, wasm: &Path) -> Result<()> {
    let names = command(workspace, workspace.npm_bin("wasm-opt"))
        .args(OPTIMISATIONS)
        .args(["--minify-imports-and-exports-and-modules", "--strip-producers", "--strip-target-features"])
        .args(WASM_FEATURES)
        .arg(wasm)
        .arg("--output")
        .arg(wasm)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run wasm-opt")?;
    ensure!(names.status.success(), "cannot optimise {}", wasm.display());
    let file = glue.with_extension("names.json");
    write(&file, &names.stdout)?;
    run(command(workspace, "node").arg("xtask/rename.mjs").arg(&file).arg(glue))
}

/// Takes what the script never calls out of the wasm.
fn prune(workspace: &Workspace, script: &Path, wasm: &Path) -> Result<()> {
    let graph = command(workspace, "node")
        .arg("xtask/exports.mjs")
        .args([script, wasm])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run node")?;
    ensure!(graph.status.success(), "cannot tell which exports of the wasm are used");
    let graph_file = workspace.target.join("glue").join("exports.json");
    write(&graph_file, &graph.stdout)?;
    run(command(workspace, workspace.npm_bin("wasm-metadce"))
        .args(WASM_FEATURES)
        .arg("--graph-file")
        .arg(&graph_file)
        .arg(wasm)
        .arg("--output")
        .arg(wasm)
        // It lists every function that it takes out.
        .stdout(Stdio::null()))
}

/// Trunk leaves the link that keeps it from building the wasm itself.
fn tidy(page: &Path) -> Result<()> {
    let html = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let kept: Vec<_> = html.lines().filter(|line| !line.contains("data-trunk")).collect();
    write(page, kept.join("\n") + "\n")
}

pub(crate) fn esbuild(workspace: &Workspace, entry: &Path, out: &Path, extra: &[&str]) -> Result<()> {
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(out);
    run(command(workspace, workspace.npm_bin("esbuild"))
        .arg(entry)
        .args(["--bundle", "--minify", "--target=es2022", "--legal-comments=none"])
        // 10 bytes of the loader's 3,000, for what modules and classes are anyhow.
        .arg("--tsconfig-raw={\"compilerOptions\":{\"alwaysStrict\":false}}")
        .args(["--log-level=warning"])
        .args(extra)
        .arg(outfile))
}

/// Puts a `.br` beside each file that shrinks. Node has brotli built in, and takes a second for what a debug build
/// of a Rust encoder takes a minute for.
pub(crate) fn compress(workspace: &Workspace, folder: &Path) -> Result<()> {
    run(command(workspace, "node").arg(OsStr::new("xtask/compress.mjs")).arg(folder))
}
