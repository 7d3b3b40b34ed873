impl<S: Store> Chat<S> {
    fn text(&self, text: String) {
        self.helper()
    }
    fn helper(&self) {}
}
const _: () = {
    use ::wsrack::__private as __wsrack;
    #[automatically_derived]
    impl<S: Store> __wsrack::App for Chat<S>
    where
        S: 'static,
        for<'any> Chat<S>: __wsrack::Send + __wsrack::Sync,
    {
        type Session = __wsrack::Shared<Self>;
        fn session(__this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
            __wsrack::Shared(__wsrack::Arc::clone(__this))
        }
    }
    #[automatically_derived]
    impl<S: Store> __wsrack::Session<Chat<S>> for __wsrack::Shared<Chat<S>>
    where
        S: 'static,
        for<'any> Chat<S>: __wsrack::Send + __wsrack::Sync,
    {}
};
::core::compile_error! {
    "there is no marker `#[on_mesage]`; did you mean `on_message`? The markers: on_start, on_upgrade, on_open, on_message, on_notify, every, on_error, on_close, on_stop"
}
