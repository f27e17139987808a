//! Where things lie.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The clone that this command was started from.
#[derive(Clone)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    /// This program. Asked for once: a build of the whole workspace puts another in its place, with the same sources.
    pub(crate) program: PathBuf,
}

impl Workspace {
    pub(crate) fn locate() -> Result<Self> {
        // Asked for at run time: a target directory can be shared by several clones, and a path that was compiled
        // in could be another clone's.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask has no parent directory")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => env::current_dir()?.join(target),
            None => root.join("target"),
        };
        Ok(Self { root, target, program: env::current_exe().context("cannot find xtask")? })
    }

    /// A file or folder of the clone.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// What a web server serves: the release build of the page and the widget.
    pub(crate) fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// A native binary of the workspace, as a debug build leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// A command that `npm ci` brought.
    pub(crate) fn npm_bin(&self, name: &str) -> PathBuf {
        self.path("node_modules/.bin").join(name)
    }

    /// The version of a package in Cargo.lock, so that a tool which must match it has no second place to be pinned.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.path("Cargo.lock");
        let lock = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut lines = lock.lines();
        let name = format!("name = \"{package}\"");
        lines.find(|line| *line == name).with_context(|| format!("{package} is not in Cargo.lock"))?;
        lines
            .next()
            .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
            .map(str::to_owned)
            .with_context(|| format!("{package} has no version in Cargo.lock"))
    }
}
