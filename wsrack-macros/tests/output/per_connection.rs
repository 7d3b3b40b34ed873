impl Chat {
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    /// Docs stay.
    async fn connect(&mut self, hub: &Hub) -> wsrack::Result {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn authorize(&mut self, env: &Env) -> Result<User, Rejection> {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn welcome(&mut self, env: &Env, ws: &Socket) -> wsrack::Result {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn say<'m>(&mut self, user: Extension<User>, msg: &'m str) -> String {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    fn blob(&self, data: Bytes) -> Bytes {
        data
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn bye(&self, env: &Env, close: Close) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn io(&self, error: &io::Error) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn oops(&self, env: &Env, error: &Error) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn disconnect(&self) {}
    fn helper(&self) {}
}
const _: () = {
    use ::wsrack::__private as __wsrack;
    #[allow(dead_code)]
    fn __bounds() {
        __wsrack::an_application_must_be_send::<Chat>();
        __wsrack::an_application_must_be_sync::<Chat>();
        __wsrack::an_application_must_be_static::<Chat>();
    }
    const _: () = if <&'_ str as __wsrack::MessageParam<'_, _>>::KINDS
        .overlaps(<Bytes as __wsrack::MessageParam<'_, _>>::KINDS)
    {
        ::core::panic!(
            "two handlers for one kind of message: `say` and `blob`; text and binary have one each, or one for both takes a `Message` or an `Incoming`"
        )
    };
    const _: () = if <&io::Error as __wsrack::ErrorParam<'_>>::TAKES_ALL {
        ::core::panic!(
            "`oops` is never reached, for `io` before it takes every error: `&Error` stands last"
        )
    };
    #[automatically_derived]
    impl __wsrack::App for Chat
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {
        type Session = Self;
        fn session(__this: &__wsrack::Arc<Self>) -> Self {
            <Self as __wsrack::PerConnection>::clone_of(__this)
        }
        fn options() -> __wsrack::Options {
            __wsrack::Options::new()
                .debug(true)
                .max_message_size(65536)
                .idle_timeout(__wsrack::Option::<__wsrack::Duration>::None)
        }
        async fn on_start(
            &mut self,
            __cx: &__wsrack::StartContext,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __reply = __wsrack::handler_future_must_be_send(
                    <Chat>::connect(
                        self,
                        <&Hub as __wsrack::Parameter<
                            '_,
                            __wsrack::StartContext,
                        >>::from_context(__cx)?,
                    ),
                )
                .await;
            __wsrack::IntoUnit::into_unit(__reply)
        }
        async fn on_stop(
            &self,
            __cx: &__wsrack::StartContext,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __reply = __wsrack::handler_future_must_be_send(<Chat>::disconnect(self))
                .await;
            __wsrack::IntoUnit::into_unit(__reply)
        }
    }
    #[automatically_derived]
    impl __wsrack::Session<Chat> for Chat
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {
        const HANDLERS: __wsrack::Handlers = __wsrack::Handlers {
            upgrade: true,
            message: true,
            streams: __wsrack::Kinds::all(
                &[
                    <&'_ str as __wsrack::MessageParam<'_, _>>::STREAM_KINDS,
                    <Bytes as __wsrack::MessageParam<'_, _>>::STREAM_KINDS,
                ],
            ),
            every: &[],
        };
        fn check(__env: &__wsrack::Env) -> __wsrack::Result<(), __wsrack::Rejection> {
            <&Env as __wsrack::Parameter<'_, __wsrack::Context>>::check(__env)?;
            <&Socket as __wsrack::Parameter<'_, __wsrack::Context>>::check(__env)?;
            <Extension<
                User,
            > as __wsrack::Parameter<'_, __wsrack::Context>>::check(__env)?;
            <&'_ str as __wsrack::MessageParam<'_, _>>::check(__env)?;
            <Bytes as __wsrack::MessageParam<'_, _>>::check(__env)?;
            <&Env as __wsrack::Parameter<'_, __wsrack::CloseContext>>::check(__env)?;
            <Close as __wsrack::Parameter<'_, __wsrack::CloseContext>>::check(__env)?;
            __wsrack::Ok(())
        }
        async fn on_upgrade(
            &mut self,
            __cx: &__wsrack::UpgradeContext,
        ) -> __wsrack::Result<__wsrack::Extensions, __wsrack::Rejection> {
            let __reply = __wsrack::handler_future_must_be_send(
                    <Chat>::authorize(
                        self,
                        <&Env as __wsrack::Parameter<
                            '_,
                            __wsrack::UpgradeContext,
                        >>::from_context(__cx)?,
                    ),
                )
                .await;
            __wsrack::IntoUpgrade::into_upgrade(__reply)
        }
        async fn on_open(
            &mut self,
            __cx: &__wsrack::Context,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __reply = __wsrack::handler_future_must_be_send(
                    <Chat>::welcome(
                        self,
                        <&Env as __wsrack::Parameter<
                            '_,
                            __wsrack::Context,
                        >>::from_context(__cx)?,
                        <&Socket as __wsrack::Parameter<
                            '_,
                            __wsrack::Context,
                        >>::from_context(__cx)?,
                    ),
                )
                .await;
            __wsrack::reply(__reply, __cx, __wsrack::None).await
        }
        async fn on_message(
            &mut self,
            __cx: &__wsrack::Context,
            __delivery: &__wsrack::Delivery,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            if <&'_ str as __wsrack::MessageParam<'_, _>>::KINDS
                .contains(__delivery.kind())
            {
                let __reply = __wsrack::handler_future_must_be_send(
                        <Chat>::say(
                            self,
                            <Extension<
                                User,
                            > as __wsrack::Parameter<
                                '_,
                                __wsrack::Context,
                            >>::from_context(__cx)?,
                            <&'_ str as __wsrack::MessageParam<
                                '_,
                                _,
                            >>::take(__cx, __delivery)?,
                        ),
                    )
                    .await;
                return __wsrack::reply(__reply, __cx, __wsrack::Some(__delivery)).await;
            }
            if <Bytes as __wsrack::MessageParam<'_, _>>::KINDS
                .contains(__delivery.kind())
            {
                let __reply = <Chat>::blob(
                    self,
                    <Bytes as __wsrack::MessageParam<'_, _>>::take(__cx, __delivery)?,
                );
                return __wsrack::reply(__reply, __cx, __wsrack::Some(__delivery)).await;
            }
            __wsrack::Err(__cx.unhandled(__delivery.kind()))
        }
        async fn on_error(
            &mut self,
            __cx: &__wsrack::Context,
            __error: &__wsrack::Error,
        ) -> __wsrack::Result<bool, __wsrack::Error> {
            for __level in __wsrack::error_levels(__error) {
                if let __wsrack::Some(__error) = <&io::Error as __wsrack::ErrorParam<
                    '_,
                >>::at(__error, __level) {
                    let __reply = __wsrack::handler_future_must_be_send(
                            <Chat>::io(self, __error),
                        )
                        .await;
                    return __wsrack::reply(__reply, __cx, __wsrack::None)
                        .await
                        .map(|()| true);
                }
                if let __wsrack::Some(__error) = <&Error as __wsrack::ErrorParam<
                    '_,
                >>::at(__error, __level) {
                    let __reply = __wsrack::handler_future_must_be_send(
                            <Chat>::oops(
                                self,
                                <&Env as __wsrack::Parameter<
                                    '_,
                                    __wsrack::Context,
                                >>::from_context(__cx)?,
                                __error,
                            ),
                        )
                        .await;
                    return __wsrack::reply(__reply, __cx, __wsrack::None)
                        .await
                        .map(|()| true);
                }
            }
            __wsrack::Ok(false)
        }
        async fn on_close(
            &mut self,
            __cx: &__wsrack::CloseContext,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __reply = __wsrack::handler_future_must_be_send(
                    <Chat>::bye(
                        self,
                        <&Env as __wsrack::Parameter<
                            '_,
                            __wsrack::CloseContext,
                        >>::from_context(__cx)?,
                        <Close as __wsrack::Parameter<
                            '_,
                            __wsrack::CloseContext,
                        >>::from_context(__cx)?,
                    ),
                )
                .await;
            __wsrack::IntoUnit::into_unit(__reply)
        }
    }
};
