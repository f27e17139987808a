//! What a wasm file is made of: its functions by the names in its name section, and its data.

use std::collections::HashMap;

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
const FUNCTION_NAMES: u8 = 1;

/// Each function and the data with its bytes, largest first; `None` when this is no wasm file with names.
pub(crate) fn parts(bytes: &[u8]) -> Option<Vec<(String, usize)>> {
    let mut sections = Reader(bytes.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut imports, mut sizes, mut names, mut parts) = (0, Vec::new(), HashMap::new(), Vec::new());
    while let Some(id) = sections.byte() {
        let mut section = sections.block()?;
        match id {
            IMPORT => imports = imported_functions(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    sizes.push(section.block()?.0.len());
                }
            }
            DATA => parts.push(("(data)".to_owned(), section.0.len())),
            CUSTOM if section.text()? == "name" => {
                while let Some(id) = section.byte() {
                    let mut table = section.block()?;
                    if id != FUNCTION_NAMES {
                        continue;
                    }
                    for _ in 0..table.number()? {
                        names.insert(table.number()?, table.text()?);
                    }
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        return None;
    }
    parts.extend(sizes.into_iter().enumerate().map(|(index, size)| {
        let name = names.get(&(imports + index)).cloned();
        (name.unwrap_or_else(|| "(unnamed)".to_owned()), size)
    }));
    parts.sort_by_key(|part| std::cmp::Reverse(part.1));
    Some(parts)
}

/// Sums by the crate that a name starts with.
pub(crate) fn by_crate(parts: &[(String, usize)]) -> Vec<(&str, usize)> {
    let mut sums: HashMap<&str, usize> = HashMap::new();
    for (name, size) in parts {
        *sums.entry(crate_name(name)).or_default() += size;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.1));
    sums
}

fn crate_name(name: &str) -> &str {
    if name.starts_with('(') {
        return name;
    }
    let Some((first, _)) = name.split_once("::") else { return "(other)" };
    // A primitive belongs to the trait's crate: `<u32 as core::fmt::Display>::fmt`.
    let path = first.rsplit_once(" as ").map_or(first, |(_, path)| path);
    let path = path.trim_start_matches(['<', '&', '*', '[']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    // Newer mangling ends a crate's name with its hash.
    path.split_once('[').map_or(path, |(name, _)| name)
}

fn imported_functions(section: &mut Reader) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            // A table has the type of its elements before its limits, a memory has only limits.
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => {
                section.byte()?;
                section.byte()?;
            }
            _ => return None,
        }
    }
    Some(functions)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn block(&mut self) -> Option<Reader<'a>> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Reader(block))
    }

    fn text(&mut self) -> Option<String> {
        Some(String::from_utf8_lossy(self.block()?.0).into_owned())
    }

    fn limits(&mut self) -> Option<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(import "m" "f" (func)) (func $a::b nop nop) (func $<c::D as e::F>::g)`, one byte of data, names.
    fn module() -> Vec<u8> {
        let mut names = b"\x04name\x01\x17\x02\x01\x04a::b\x02\x0e<c::D as e::F>".to_vec();
        names.insert(0, names.len() as u8);
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(b"\x01\x04\x01\x60\0\0");
        module.extend(b"\x02\x07\x01\x01m\x01f\0\0");
        module.extend(b"\x03\x03\x02\0\0");
        module.extend(b"\x0a\x09\x02\x04\0\x01\x01\x0b\x02\0\x0b");
        module.extend(b"\x0b\x03\x01\x01x");
        module.push(CUSTOM);
        module.extend(names);
        module
    }

    #[test]
    fn names_functions_after_the_imported_ones() {
        let parts = parts(&module()).unwrap();
        let expected = [("a::b", 4), ("(data)", 3), ("<c::D as e::F>", 2)];
        assert_eq!(parts, expected.map(|(name, size)| (name.to_owned(), size)));
        assert_eq!(by_crate(&parts), [("a", 4), ("(data)", 3), ("c", 2)]);
    }

    #[test]
    fn finds_the_crate_of_a_name() {
        let table = [
            ("leptos::mount::mount_to", "leptos"),
            ("<alloc::vec::Vec<T> as core::fmt::Debug>::fmt", "alloc"),
            ("<&mut serde_json::Value as core::ops::Drop>::drop", "serde_json"),
            ("<u32 as core[c5930c85]::fmt::Display>::fmt", "core"),
            ("core[c5930c85]::fmt::write", "core"),
            ("(data)", "(data)"),
            ("__externref_table_alloc", "(other)"),
        ];
        for (name, expected) in table {
            assert_eq!(crate_name(name), expected, "{name}");
        }
    }

    #[test]
    fn takes_no_cut_file() {
        let module = module();
        for length in 0..module.len() {
            assert_eq!(parts(module.get(..length).unwrap()), None, "{length} bytes");
        }
    }
}
