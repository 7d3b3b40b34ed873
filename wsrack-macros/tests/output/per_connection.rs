impl Chat {
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    /// Docs stay.
    async fn connect(&mut self, hub: &Hub) -> wsrack::Result {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn authorize(&mut self, env: &Env) -> Result<User, Rejection> {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn welcome(&mut self, env: &Env, ws: &Socket) -> wsrack::Result {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn say<'m>(&mut self, user: Extension<User>, msg: &'m str) -> String {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn blob(&self, data: Bytes) -> Bytes {
        data
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn bye(&self, env: &Env, close: Close) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn io(&self, error: &io::Error) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn oops(&self, env: &Env, error: &Error) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn disconnect(&self) {}
    fn helper(&self) {}
}
const _: () = {
    #[allow(dead_code)]
    fn bounds() {
        ::wsrack::__private::an_application_must_be_send::<Chat>();
        ::wsrack::__private::an_application_must_be_sync::<Chat>();
        ::wsrack::__private::an_application_must_be_static::<Chat>();
    }
};
const _: () = if <&'_ str as ::wsrack::__private::MessageParam<'_, _>>::KINDS
    .overlaps(<Bytes as ::wsrack::__private::MessageParam<'_, _>>::KINDS)
{
    ::core::panic!(
        "two handlers for one kind of message: `say` and `blob`; text and binary have one each, or one for both takes a `Message` or an `Incoming`"
    )
};
const _: () = if <&io::Error as ::wsrack::__private::ErrorParam<'_>>::TAKES_ALL {
    ::core::panic!(
        "`oops` is never reached, for `io` before it takes every error: `&Error` stands last"
    )
};
#[automatically_derived]
impl ::wsrack::__private::App for Chat
where
    for<'any> Chat: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{
    type Session = Self;
    fn session(this: &::wsrack::__private::Arc<Self>) -> Self {
        <Self as ::wsrack::__private::PerConnection>::clone_of(this)
    }
    fn options() -> ::wsrack::__private::Options {
        ::wsrack::__private::Options::new()
            .debug(true)
            .max_message_size(65536)
            .idle_timeout(
                ::wsrack::__private::Option::<::wsrack::__private::Duration>::None,
            )
    }
    async fn on_start(
        &mut self,
        cx: &::wsrack::__private::StartContext,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        let reply = ::wsrack::__private::handler_future_must_be_send(
                <Chat>::connect(
                    self,
                    <&Hub as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::StartContext,
                    >>::from_context(cx)?,
                ),
            )
            .await;
        ::wsrack::__private::IntoUnit::into_unit(reply)
    }
    async fn on_stop(
        &self,
        cx: &::wsrack::__private::StartContext,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        let reply = ::wsrack::__private::handler_future_must_be_send(
                <Chat>::disconnect(self),
            )
            .await;
        ::wsrack::__private::IntoUnit::into_unit(reply)
    }
}
#[automatically_derived]
impl ::wsrack::__private::Session<Chat> for Chat
where
    for<'any> Chat: ::wsrack::__private::Send + ::wsrack::__private::Sync,
{
    const HANDLERS: ::wsrack::__private::Handlers = ::wsrack::__private::Handlers {
        upgrade: true,
        message: true,
        streams: ::wsrack::__private::Kinds::all(
            &[
                <&'_ str as ::wsrack::__private::MessageParam<'_, _>>::STREAM_KINDS,
                <Bytes as ::wsrack::__private::MessageParam<'_, _>>::STREAM_KINDS,
            ],
        ),
        every: &[],
    };
    fn check(
        env: &::wsrack::__private::Env,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Rejection> {
        <&Env as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::Context,
        >>::check(env)?;
        <&Socket as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::Context,
        >>::check(env)?;
        <Extension<
            User,
        > as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::Context,
        >>::check(env)?;
        <&'_ str as ::wsrack::__private::MessageParam<'_, _>>::check(env)?;
        <Bytes as ::wsrack::__private::MessageParam<'_, _>>::check(env)?;
        <&Env as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::CloseContext,
        >>::check(env)?;
        <Close as ::wsrack::__private::FromContext<
            '_,
            ::wsrack::__private::CloseContext,
        >>::check(env)?;
        ::wsrack::__private::Ok(())
    }
    async fn on_upgrade(
        &mut self,
        cx: &::wsrack::__private::UpgradeContext,
    ) -> ::wsrack::__private::Result<
        ::wsrack::__private::Extensions,
        ::wsrack::__private::Rejection,
    > {
        let reply = ::wsrack::__private::handler_future_must_be_send(
                <Chat>::authorize(
                    self,
                    <&Env as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::UpgradeContext,
                    >>::from_context(cx)?,
                ),
            )
            .await;
        ::wsrack::__private::IntoUpgrade::into_upgrade(reply)
    }
    async fn on_open(
        &mut self,
        cx: &::wsrack::__private::Context,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        let reply = ::wsrack::__private::handler_future_must_be_send(
                <Chat>::welcome(
                    self,
                    <&Env as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::Context,
                    >>::from_context(cx)?,
                    <&Socket as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::Context,
                    >>::from_context(cx)?,
                ),
            )
            .await;
        ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None).await
    }
    async fn on_message(
        &mut self,
        cx: &::wsrack::__private::Context,
        delivery: &::wsrack::__private::Delivery,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        if <&'_ str as ::wsrack::__private::MessageParam<'_, _>>::KINDS
            .contains(delivery.kind())
        {
            let reply = ::wsrack::__private::handler_future_must_be_send(
                    <Chat>::say(
                        self,
                        <Extension<
                            User,
                        > as ::wsrack::__private::FromContext<
                            '_,
                            ::wsrack::__private::Context,
                        >>::from_context(cx)?,
                        <&'_ str as ::wsrack::__private::MessageParam<
                            '_,
                            _,
                        >>::take(cx, delivery)?,
                    ),
                )
                .await;
            return ::wsrack::__private::reply(
                    reply,
                    cx,
                    ::wsrack::__private::Some(delivery),
                )
                .await;
        }
        if <Bytes as ::wsrack::__private::MessageParam<'_, _>>::KINDS
            .contains(delivery.kind())
        {
            let reply = <Chat>::blob(
                self,
                <Bytes as ::wsrack::__private::MessageParam<'_, _>>::take(cx, delivery)?,
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
    async fn on_error(
        &mut self,
        cx: &::wsrack::__private::Context,
        error: &::wsrack::__private::Error,
    ) -> ::wsrack::__private::Result<bool, ::wsrack::__private::Error> {
        for level in ::wsrack::__private::error_levels(error) {
            if let ::wsrack::__private::Some(error) = <&io::Error as ::wsrack::__private::ErrorParam<
                '_,
            >>::at(error, level) {
                let reply = ::wsrack::__private::handler_future_must_be_send(
                        <Chat>::io(self, error),
                    )
                    .await;
                return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                    .await
                    .map(|()| true);
            }
            if let ::wsrack::__private::Some(error) = <&Error as ::wsrack::__private::ErrorParam<
                '_,
            >>::at(error, level) {
                let reply = ::wsrack::__private::handler_future_must_be_send(
                        <Chat>::oops(
                            self,
                            <&Env as ::wsrack::__private::FromContext<
                                '_,
                                ::wsrack::__private::Context,
                            >>::from_context(cx)?,
                            error,
                        ),
                    )
                    .await;
                return ::wsrack::__private::reply(reply, cx, ::wsrack::__private::None)
                    .await
                    .map(|()| true);
            }
        }
        ::wsrack::__private::Ok(false)
    }
    async fn on_close(
        &mut self,
        cx: &::wsrack::__private::CloseContext,
    ) -> ::wsrack::__private::Result<(), ::wsrack::__private::Error> {
        let reply = ::wsrack::__private::handler_future_must_be_send(
                <Chat>::bye(
                    self,
                    <&Env as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::CloseContext,
                    >>::from_context(cx)?,
                    <Close as ::wsrack::__private::FromContext<
                        '_,
                        ::wsrack::__private::CloseContext,
                    >>::from_context(cx)?,
                ),
            )
            .await;
        ::wsrack::__private::IntoUnit::into_unit(reply)
    }
}
