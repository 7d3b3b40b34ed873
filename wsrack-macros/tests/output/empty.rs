impl Chat {}
const _: () = {
    #[allow(dead_code)]
    fn bounds() {
        ::wsrack::__private::an_application_must_be_send::<Chat>();
        ::wsrack::__private::an_application_must_be_sync::<Chat>();
        ::wsrack::__private::an_application_must_be_static::<Chat>();
    }
};
#[automatically_derived]
impl ::wsrack::__private::App for Chat
where
    for<'any> Chat: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{
    type Session = ::wsrack::__private::Shared<Self>;
    fn session(
        this: &::wsrack::__private::Arc<Self>,
    ) -> ::wsrack::__private::Shared<Self> {
        ::wsrack::__private::Shared(::wsrack::__private::Arc::clone(this))
    }
}
#[automatically_derived]
impl ::wsrack::__private::Session<Chat> for ::wsrack::__private::Shared<Chat>
where
    for<'any> Chat: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{}
