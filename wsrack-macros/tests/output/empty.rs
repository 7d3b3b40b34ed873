impl Chat {}
const _: () = {
    use ::wsrack::__private as __wsrack;
    #[allow(dead_code)]
    fn __bounds() {
        __wsrack::an_application_must_be_send::<Chat>();
        __wsrack::an_application_must_be_sync::<Chat>();
        __wsrack::an_application_must_be_static::<Chat>();
    }
    #[automatically_derived]
    impl __wsrack::App for Chat
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {
        type Session = __wsrack::Shared<Self>;
        fn session(__this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
            __wsrack::Shared(__wsrack::Arc::clone(__this))
        }
    }
    #[automatically_derived]
    impl __wsrack::Session<Chat> for __wsrack::Shared<Chat>
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {}
};
