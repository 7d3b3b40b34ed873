impl<S: Store> Chat<S> {
    fn text(&self, text: String) {
        self.helper()
    }
    fn helper(&self) {}
}
#[automatically_derived]
impl<S: Store> ::wsrack::__private::App for Chat<S>
where
    S: 'static,
    for<'any> Chat<S>: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{
    type Session = ::wsrack::__private::Shared<Self>;
    fn session(
        this: &::wsrack::__private::Arc<Self>,
    ) -> ::wsrack::__private::Shared<Self> {
        ::wsrack::__private::Shared(::wsrack::__private::Arc::clone(this))
    }
}
#[automatically_derived]
impl<S: Store> ::wsrack::__private::Session<Chat<S>>
for ::wsrack::__private::Shared<Chat<S>>
where
    S: 'static,
    for<'any> Chat<S>: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{}
::core::compile_error! {
    "there is no marker `#[on_mesage]`; did you mean `on_message`? The markers: on_start, on_upgrade, on_open, on_message, on_notify, every, on_error, on_close, on_stop"
}
