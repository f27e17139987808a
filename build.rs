//! Makes the style sheets that are compiled in, without the space that is there for whoever reads them; and of the
//! README's application one that a test can run.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=style");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("style")? {
        let entry = entry?;
        let css = fs::read_to_string(entry.path())?;
        fs::write(Path::new(&out).join(entry.file_name()), without_space(&css))?;
    }
    println!("cargo::rerun-if-changed=README.md");
    let readme = fs::read_to_string("README.md").unwrap_or_default();
    let rust = readme.split_once("```rust,no_run\n").and_then(|(_, rest)| rest.split_once("```"));
    let block = rust.map_or_else(
        || "compile_error!(\"README.md has no application\")".to_owned(),
        |(rust, _)| format!("{{ {rust} }}"),
    );
    fs::write(Path::new(&out).join("readme.rs"), block)?;
    Ok(())
}

fn without_space(css: &str) -> String {
    let mut rest = css;
    let mut said = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        said.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    said.push_str(rest);
    let lines: Vec<_> = said.lines().map(str::trim).collect();
    // A line that goes on with the next needs what the line break was: a space.
    let mut css = lines.join(" ");
    for (long, short) in [
        ("  ", " "),
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        ("} ", "}"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
        (";}", "}"),
    ] {
        while css.contains(long) {
            css = css.replace(long, short);
        }
    }
    css.trim().to_owned()
}
