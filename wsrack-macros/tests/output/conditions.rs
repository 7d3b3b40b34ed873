impl<S: Store> Chat<S>
where
    S: Clone,
{
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    #[cfg(feature = "a")]
    fn welcome(&self) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    #[cfg(not(feature = "a"))]
    #[expect(deprecated, reason = "old clients")]
    fn greet(&self, user: Old) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    #[cfg_attr(feature = "b", doc = "Takes text.")]
    #[allow(deprecated)]
    fn text(&self, text: String) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    fn key(&self, key: S::Key) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    #[cfg(feature = "c")]
    fn first(&self) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    fn second(&self) {}
}
const _: () = {
    use ::wsrack::__private as __wsrack;
    #[allow(dead_code)]
    fn __bounds<S: Store>()
    where
        S: Clone,
    {
        __wsrack::an_application_must_be_send::<Chat<S>>();
        __wsrack::an_application_must_be_sync::<Chat<S>>();
        __wsrack::an_application_must_be_static::<Chat<S>>();
    }
    #[cfg(all(feature = "a", not(feature = "a")))]
    ::core::compile_error! {
        "two `#[on_open]` handlers: `welcome` and `greet`; an application has one, so make one of them, or call one from the other"
    }
    #[automatically_derived]
    #[allow(unreachable_code)]
    impl<S: Store> __wsrack::App for Chat<S>
    where
        S: Clone,
        S: 'static,
        for<'any> Chat<S>: __wsrack::Send + __wsrack::Sync,
    {
        type Session = __wsrack::Shared<Self>;
        fn session(__this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
            __wsrack::Shared(__wsrack::Arc::clone(__this))
        }
    }
    #[automatically_derived]
    #[allow(unreachable_code)]
    impl<S: Store> __wsrack::Session<Chat<S>> for __wsrack::Shared<Chat<S>>
    where
        S: Clone,
        S: 'static,
        for<'any> Chat<S>: __wsrack::Send + __wsrack::Sync,
    {
        #[allow(deprecated)]
        const HANDLERS: __wsrack::Handlers = __wsrack::Handlers {
            upgrade: false,
            message: true,
            streams: __wsrack::Kinds::all(
                &[
                    #[cfg(feature = "b")]
                    <String as __wsrack::MessageParam<'_, _>>::STREAM_KINDS,
                    <S::Key as __wsrack::MessageParam<'_, _>>::STREAM_KINDS,
                ],
            ),
            every: &[
                #[cfg(feature = "c")]
                __wsrack::Duration::from_millis(1000u64),
                __wsrack::Duration::from_millis(2000u64),
            ],
        };
        fn check(__env: &__wsrack::Env) -> __wsrack::Result<(), __wsrack::Rejection> {
            #[cfg(not(feature = "a"))] #[allow(deprecated, reason = "old clients")]
            <Old as __wsrack::Parameter<'_, __wsrack::Context>>::check(__env)?;
            #[cfg(feature = "b")] #[allow(deprecated)]
            <String as __wsrack::MessageParam<'_, _>>::check(__env)?;
            <S::Key as __wsrack::MessageParam<'_, _>>::check(__env)?;
            __wsrack::Ok(())
        }
        async fn on_open(
            &mut self,
            __cx: &__wsrack::Context,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            #[cfg(feature = "a")]
            {
                let __reply = <Chat<S>>::welcome(&self.0);
                return __wsrack::reply(__reply, __cx, __wsrack::None).await;
            }
            #[cfg(not(feature = "a"))] #[allow(deprecated, reason = "old clients")]
            {
                let __reply = <Chat<
                    S,
                >>::greet(
                    &self.0,
                    <Old as __wsrack::Parameter<
                        '_,
                        __wsrack::Context,
                    >>::from_context(__cx)?,
                );
                return __wsrack::reply(__reply, __cx, __wsrack::None).await;
            }
            __wsrack::Ok(())
        }
        async fn on_message(
            &mut self,
            __cx: &__wsrack::Context,
            __delivery: &__wsrack::Delivery,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            #[allow(deprecated)]
            const {
                {
                    #[cfg(feature = "b")]
                    if <String as __wsrack::MessageParam<'_, _>>::KINDS
                        .overlaps(<S::Key as __wsrack::MessageParam<'_, _>>::KINDS)
                    {
                        ::core::panic!(
                            "two handlers for one kind of message: `text` and `key`; text and binary have one each, or one for both takes a `Message` or an `Incoming`"
                        )
                    }
                }
            };
            #[cfg(feature = "b")] #[allow(deprecated)]
            {
                if <String as __wsrack::MessageParam<'_, _>>::KINDS
                    .contains(__delivery.kind())
                {
                    let __reply = <Chat<
                        S,
                    >>::text(
                        &self.0,
                        <String as __wsrack::MessageParam<
                            '_,
                            _,
                        >>::take(__cx, __delivery)?,
                    );
                    return __wsrack::reply(__reply, __cx, __wsrack::Some(__delivery))
                        .await;
                }
            }
            if <S::Key as __wsrack::MessageParam<'_, _>>::KINDS
                .contains(__delivery.kind())
            {
                let __reply = <Chat<
                    S,
                >>::key(
                    &self.0,
                    <S::Key as __wsrack::MessageParam<'_, _>>::take(__cx, __delivery)?,
                );
                return __wsrack::reply(__reply, __cx, __wsrack::Some(__delivery)).await;
            }
            __wsrack::Err(__cx.unhandled(__delivery.kind()))
        }
        async fn on_every(
            &mut self,
            __cx: &__wsrack::Context,
            __index: usize,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            #[cfg(feature = "c")]
            {
                if __index == 0usize {
                    let __reply = <Chat<S>>::first(&self.0);
                    return __wsrack::reply(__reply, __cx, __wsrack::None).await;
                }
            }
            if __index == 0usize + ::core::cfg!(feature = "c") as usize {
                let __reply = <Chat<S>>::second(&self.0);
                return __wsrack::reply(__reply, __cx, __wsrack::None).await;
            }
            __wsrack::Ok(())
        }
    }
};
