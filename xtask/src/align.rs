//! The functions of a wasm module in the places that another has the same ones in.
//!
//! What two modules have in common calls functions by their index. Where those are the same in both, so are the bytes,
//! and what [`rest`](crate::rest) packs is some 8 % smaller.

#![allow(clippy::indexing_slicing, reason = "an index is of what it was made of")]

use std::collections::HashMap;
use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, StartSection, TableSection, TypeSection,
};
use wasmparser::{FunctionBody, Operator, Parser, Payload, TypeRef};

/// An address, more likely than not. What is in other places has others.
const ADDRESSES: i32 = 1024;

/// One that differs little from another is much more likely its counterpart than one that is called there by chance.
const LIKE: std::ops::RangeInclusive<f64> = 0.7..=1.43;

/// Makes the module with its functions, as far as there can be said to be the same, where `base` has them.
pub(crate) fn align(module: &[u8], base: &[u8]) -> Result<Vec<u8>> {
    let (own, base) = (Functions::read(module)?, Functions::read(base)?);
    let order = order(&own, &base, &counterparts(&own, &base));
    own.write(module, &order)
}

/// The functions that a module has itself.
struct Functions<'a> {
    /// How many others come before them.
    imports: usize,
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    shapes: Vec<Shape>,
}

/// What a function does, but where.
struct Shape {
    code: String,
    length: usize,
    /// Whom it calls, by index.
    calls: Vec<usize>,
}

impl<'a> Functions<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
        let (mut imports, mut types, mut bodies, mut signatures) = (0, Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for kind in section.into_iter_err_on_gc_types() {
                        signatures.push(format!("{:?}", kind?));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imports += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => {
                    for kind in section {
                        types.push(kind?);
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let signature = |kind: u32| signatures.get(kind as usize).context("a type is missing");
        let shapes = types
            .iter()
            .zip(&bodies)
            .map(|(kind, body)| Shape::of(signature(*kind)?, body, signature))
            .collect::<Result<_>>()?;
        Ok(Self { imports, types, bodies, shapes })
    }

    /// Whom a function calls, of those that the module has itself.
    fn calls(&self, function: usize) -> impl Iterator<Item = Option<usize>> {
        let calls = self.shapes.get(function).map(|shape| &shape.calls);
        calls.into_iter().flatten().map(|index| index.checked_sub(self.imports))
    }

    /// `module`, in this order.
    fn write(&self, module: &[u8], order: &[usize]) -> Result<Vec<u8>> {
        let mut indices: Vec<_> = (0..self.imports + order.len()).collect();
        for (new, old) in order.iter().enumerate() {
            indices[self.imports + old] = self.imports + new;
        }
        let mut out = Module::new();
        let mut moved = Moved(indices);
        let mut has_code = false;
        macro_rules! copy {
            ($kind:ident, $parse:ident, $section:expr) => {{
                let mut copied = $kind::new();
                moved.$parse(&mut copied, $section)?;
                out.section(&copied);
            }};
        }
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => copy!(TypeSection, parse_type_section, section),
                Payload::ImportSection(section) => copy!(ImportSection, parse_import_section, section),
                Payload::FunctionSection(_) => {
                    let mut section = FunctionSection::new();
                    for old in order {
                        section.function(self.types[*old]);
                    }
                    out.section(&section);
                }
                Payload::TableSection(section) => copy!(TableSection, parse_table_section, section),
                Payload::MemorySection(section) => copy!(MemorySection, parse_memory_section, section),
                Payload::GlobalSection(section) => copy!(GlobalSection, parse_global_section, section),
                Payload::ExportSection(section) => copy!(ExportSection, parse_export_section, section),
                Payload::StartSection { func, .. } => {
                    out.section(&StartSection { function_index: moved.function_index(func)? });
                }
                Payload::ElementSection(section) => copy!(ElementSection, parse_element_section, section),
                Payload::DataCountSection { count, .. } => {
                    out.section(&DataCountSection { count });
                }
                Payload::CodeSectionEntry(_) if !has_code => {
                    has_code = true;
                    let mut section = CodeSection::new();
                    for old in order {
                        moved.parse_function_body(&mut section, self.bodies[*old].clone())?;
                    }
                    out.section(&section);
                }
                Payload::DataSection(section) => copy!(DataSection, parse_data_section, section),
                // Who made it.
                _ => {}
            }
        }
        Ok(out.finish())
    }
}

impl Shape {
    fn of<'a>(
        signature: &str,
        body: &FunctionBody<'_>,
        signature_of: impl Fn(u32) -> Result<&'a String>,
    ) -> Result<Self> {
        use std::fmt::Write;

        let (mut code, mut length, mut calls) = (signature.to_owned(), 0, Vec::new());
        for local in body.get_locals_reader()? {
            write!(code, "{:?}", local?)?;
        }
        for operator in body.get_operators_reader()? {
            length += 1;
            match operator? {
                Operator::Call { function_index } => {
                    calls.push(function_index as usize);
                    code.push_str(" call");
                }
                Operator::CallIndirect { type_index, .. } => write!(code, " {}", signature_of(type_index)?)?,
                Operator::I32Const { value } if value >= ADDRESSES => code.push_str(" address"),
                other => write!(code, " {other:?}")?,
            }
        }
        Ok(Self { code, length, calls })
    }
}

/// Of each function the one in `base` that is the same, or seems to be.
fn counterparts(own: &Functions<'_>, base: &Functions<'_>) -> Vec<Option<usize>> {
    let by_code = |functions: &Functions<'_>| {
        let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
        for (function, shape) in functions.shapes.iter().enumerate() {
            by_code.entry(shape.code.clone()).or_default().push(function);
        }
        by_code
    };
    let (of_own, of_base) = (by_code(own), by_code(base));
    let mut found = vec![None; own.shapes.len()];
    let mut is_taken = vec![false; base.shapes.len()];
    for (code, functions) in &of_own {
        if let ([one], Some([other])) = (&functions[..], of_base.get(code).map(|others| &others[..])) {
            found[*one] = Some(*other);
            is_taken[*other] = true;
        }
    }
    // Whom the same ones call at the same place are the same, too.
    let mut is_more = true;
    while is_more {
        is_more = false;
        for function in 0..found.len() {
            let Some(other) = found[function] else { continue };
            for (called, theirs) in own.calls(function).zip(base.calls(other)) {
                let (Some(called), Some(theirs)) = (called, theirs) else { continue };
                let ratio = own.shapes[called].length as f64 / base.shapes[theirs].length as f64;
                if found[called].is_none() && !is_taken[theirs] && LIKE.contains(&ratio) {
                    found[called] = Some(theirs);
                    is_taken[theirs] = true;
                    is_more = true;
                }
            }
        }
    }
    // Of those that only differ by whom they call, in the order that they have.
    for (code, functions) in &of_own {
        let others = of_base.get(code).into_iter().flatten().copied();
        let mut free = others.filter(|other| !is_taken[*other]).collect::<Vec<_>>().into_iter();
        for function in functions {
            if found[*function].is_none() {
                found[*function] = free.next();
            }
        }
    }
    found
}

/// Which function comes where: those without a counterpart fill the gaps, in the order that they had.
fn order(own: &Functions<'_>, base: &Functions<'_>, counterparts: &[Option<usize>]) -> Vec<usize> {
    let mut places = vec![None; counterparts.len()];
    let mut others = Vec::new();
    for (function, counterpart) in counterparts.iter().enumerate() {
        let place = counterpart.and_then(|other| (other + base.imports).checked_sub(own.imports));
        match place.and_then(|place| places.get_mut(place)) {
            Some(free) => *free = Some(function),
            None => others.push(function),
        }
    }
    let mut others = others.into_iter();
    places.into_iter().filter_map(|place| place.or_else(|| others.next())).collect()
}

/// Has whatever refers to a function do so by its new index.
struct Moved(Vec<usize>);

impl Reencode for Moved {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error<Infallible>> {
        Ok(self.0[index as usize] as u32)
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, Function, ValType};

    use super::*;

    /// What functions do: return a number, or what another returns.
    #[derive(Clone, Copy)]
    enum Does {
        Say(i32),
        Call(u32),
    }
    use Does::{Call, Say};

    fn module(imports: u32, functions: &[Does]) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        module.section(&types);
        let mut section = ImportSection::new();
        for _ in 0..imports {
            section.import("a", "b", wasm_encoder::EntityType::Function(0));
        }
        module.section(&section);
        let mut section = FunctionSection::new();
        functions.iter().for_each(|_| {
            section.function(0);
        });
        module.section(&section);
        let mut exports = ExportSection::new();
        exports.export("last", ExportKind::Func, imports + functions.len() as u32 - 1);
        module.section(&exports);
        let mut code = CodeSection::new();
        for does in functions {
            let mut function = Function::new([]);
            match *does {
                Say(number) => function.instructions().i32_const(number).end(),
                Call(index) => function.instructions().call(index).end(),
            };
            code.function(&function);
        }
        module.section(&code);
        module.finish()
    }

    /// What each function does, and which one is exported.
    fn read(module: &[u8]) -> (Vec<String>, u32) {
        let (mut functions, mut exported) = (Vec::new(), 0);
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exported = section.into_iter().next().unwrap().unwrap().index
                }
                Payload::CodeSectionEntry(body) => {
                    let operator = body.get_operators_reader().unwrap().into_iter().next().unwrap().unwrap();
                    functions.push(format!("{operator:?}"));
                }
                _ => {}
            }
        }
        (functions, exported)
    }

    #[test]
    fn functions_are_where_the_other_module_has_them() {
        let base = module(1, &[Say(10), Say(11), Call(1), Say(12)]);
        // The same with another before them, one import more, and one that is exported.
        let own = module(2, &[Say(7), Say(12), Say(11), Say(10), Call(5), Call(6)]);
        let (functions, exported) = read(&align(&own, &base).unwrap());
        let say = |number: i32| format!("I32Const {{ value: {number} }}");
        let call = |index: u32| format!("Call {{ function_index: {index} }}");
        // The first one's place is one of an import here.
        assert_eq!(functions, [say(11), call(6), say(12), say(7), say(10), call(3)]);
        assert_eq!(exported, 7);
    }
}
