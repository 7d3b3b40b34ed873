impl<S: Store> Chat<S>
where
    S: Clone,
{
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    #[cfg(feature = "a")]
    fn welcome(&self) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    #[cfg(not(feature = "a"))]
    #[expect(deprecated, reason = "old clients")]
    fn greet(&self, user: Old) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    #[cfg_attr(feature = "b", doc = "Takes text.")]
    #[allow(deprecated)]
    fn text(&self, text: String) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn key(&self, key: S::Key) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    #[cfg(feature = "c")]
    fn first(&self) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn second(&self) {}
}
const _: () = {
    #[allow(dead_code)]
    fn bounds<S: Store>()
    where
        S: Clone,
    {
        ::wsrack::__private::an_application_must_be_send::<Chat<S>>();
        ::wsrack::__private::an_application_must_be_sync::<Chat<S>>();
        ::wsrack::__private::an_application_must_be_static::<Chat<S>>();
    }
};
#[cfg(all(feature = "a", not(feature = "a")))]
::core::compile_error! {
    "two `#[on_open]` handlers: `welcome` and `greet`; an application has one, so make one of them, or call one from the other"
}
#[automatically_derived]
#[allow(unreachable_code)]
impl<S: Store> ::wsrack::__private::App for Chat<S>
where
    S: Clone,
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
#[allow(unreachable_code)]
impl<S: Store> ::wsrack::__private::Session<Chat<S>>
for ::wsrack::__private::Shared<Chat<S>>
where
    S: Clone,
    S: 'static,
    for<'any> Chat<S>: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{
    #[allow(deprecated)]
    const HANDLERS: ::wsrack::__private::Handlers = ::wsrack::__private::Handlers {
        upgrade: false,
        message: true,
        streams: ::wsrack::__private::Kinds::all(
            &[
                #[cfg(feature = "b")]
                <String as ::wsrack::__private::MessageParam<'_, _>>::STREAM_KINDS,
                <S::Key as ::wsrack::__private::MessageParam<'_, _>>::STREAM_KINDS,
            ],
        ),
        every: &[
            #[cfg(feature = "c")]
            ::wsrack::__private::Duration::from_millis(1000u64),
            ::wsrack::__private::Duration::from_millis(2000u64),
        ],
    };
    fn check(
        env: &::wsrack::__private::Env,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Rejection> {
        #[cfg(not(feature = "a"))] #[allow(deprecated, reason = "old clients")]
        <Old as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::Context,
        >>::check(env)?;
        #[cfg(feature = "b")] #[allow(deprecated)]
        <String as ::wsrack::__private::MessageParam<'_, _>>::check(env)?;
        <S::Key as ::wsrack::__private::MessageParam<'_, _>>::check(env)?;
        ::wsrack::__private::Ok(())
    }
    async fn on_open(
        &mut self,
        cx: &::wsrack::__private::Context,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        #[cfg(feature = "a")]
        {
            let reply = <Chat<S>>::welcome(&self.0);
            return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                .await;
        }
        #[cfg(not(feature = "a"))] #[allow(deprecated, reason = "old clients")]
        {
            let reply = <Chat<
                S,
            >>::greet(
                &self.0,
                <Old as ::wsrack::__private::FromContext<
                    '_,
                    ::wsrack::__private::Context,
                >>::from_context(cx)?,
            );
            return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                .await;
        }
        ::wsrack::__private::Ok(())
    }
    async fn on_message(
        &mut self,
        cx: &::wsrack::__private::Context,
        delivery: &::wsrack::__private::Delivery,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        #[allow(deprecated)]
        const {
            {
                #[cfg(feature = "b")]
                if <String as ::wsrack::__private::MessageParam<'_, _>>::KINDS
                    .overlaps(
                        <S::Key as ::wsrack::__private::MessageParam<'_, _>>::KINDS,
                    )
                {
                    ::core::panic!(
                        "two handlers for one kind of message: `text` and `key`; text and binary have one each, or one for both takes a `Message` or an `Incoming`"
                    )
                }
            }
        };
        #[cfg(feature = "b")] #[allow(deprecated)]
        {
            if <String as ::wsrack::__private::MessageParam<'_, _>>::KINDS
                .contains(delivery.kind())
            {
                let reply = <Chat<
                    S,
                >>::text(
                    &self.0,
                    <String as ::wsrack::__private::MessageParam<
                        '_,
                        _,
                    >>::take(cx, delivery)?,
                );
                return ::wsrack::__private::reply(
                        reply,
                        cx,
                        ::wsrack::__private::Some(delivery),
                    )
                    .await;
            }
        }
        if <S::Key as ::wsrack::__private::MessageParam<'_, _>>::KINDS
            .contains(delivery.kind())
        {
            let reply = <Chat<
                S,
            >>::key(
                &self.0,
                <S::Key as ::wsrack::__private::MessageParam<'_, _>>::take(cx, delivery)?,
            );
            return ::wsrack::__private::reply(
                    reply,
                    cx,
                    ::wsrack::__private::Some(delivery),
                )
                .await;
        }
        ::wsrack::__private::Err(cx.unhandled(delivery.kind()))
    }
    async fn on_every(
        &mut self,
        cx: &::wsrack::__private::Context,
        index: usize,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        #[cfg(feature = "c")]
        {
            if index == 0usize {
                let reply = <Chat<S>>::first(&self.0);
                return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                    .await;
            }
        }
        if index == 0usize + ::core::cfg!(feature = "c") as usize {
            let reply = <Chat<S>>::second(&self.0);
            return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                .await;
        }
        ::wsrack::__private::Ok(())
    }
}
