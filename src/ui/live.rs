//! Parts of a view that change, boxed: a closure of a type of its own is compiled with an effect of its own, at a
//! kilobyte or more apiece.

use leptos::prelude::*;

/// Text that changes.
pub(crate) type Text = Box<dyn FnMut() -> String + Send>;
/// An attribute that changes, or comes and goes.
pub(crate) type Attribute = Box<dyn FnMut() -> Option<String> + Send>;
/// A part that changes.
pub(crate) type Part = Box<dyn FnMut() -> AnyView + Send>;

/// See [`Text`].
pub(crate) fn text<T: Into<String>>(mut text: impl FnMut() -> T + Send + 'static) -> Text {
    Box::new(move || text().into())
}

/// See [`Attribute`].
pub(crate) fn attribute<T: Into<String>>(mut value: impl FnMut() -> Option<T> + Send + 'static) -> Attribute {
    Box::new(move || value().map(Into::into))
}

/// See [`Part`].
pub(crate) fn part<V: IntoView + 'static>(mut part: impl FnMut() -> V + Send + 'static) -> Part {
    Box::new(move || part().into_any())
}
