impl Chat {
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn join(&self, Json(who): Json<Self::Who>) -> Json<Joined> {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn hash(&self, ws: &Socket, data: Json<Vec<u8>>) -> Json<u64> {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn text(&self, text: String) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn note(&self, note: Note) -> String {
        todo!()
    }
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    async fn tick(&self) {}
    #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
    fn tock(&self, ws: &Socket) {}
}
const _: () = {
    use framework::ws::__private as __wsrack;
    #[allow(dead_code)]
    fn __bounds() {
        __wsrack::an_application_must_be_send::<Chat>();
        __wsrack::an_application_must_be_sync::<Chat>();
        __wsrack::an_application_must_be_static::<Chat>();
    }
    const _: () = if <String as __wsrack::MessageParam<'_, _>>::STREAM_KINDS
        .overlaps(__wsrack::Kinds::TEXT)
    {
        ::core::panic!(
            "`join` is never called, for `text` takes every text as it arrives, and an event is a whole one: take a `Message` or `Bytes` there"
        )
    };
    const _: () = if <String as __wsrack::MessageParam<'_, _>>::STREAM_KINDS
        .overlaps(__wsrack::Kinds::TEXT)
    {
        ::core::panic!(
            "`hash` is never called, for `text` takes every text as it arrives, and an event is a whole one: take a `Message` or `Bytes` there"
        )
    };
    const _: () = if __wsrack::Duration::is_zero(&<Chat>::PERIOD) {
        ::core::panic!("a period is longer than zero: `#[every(\"5s\")]`")
    };
    #[automatically_derived]
    impl __wsrack::App for Chat
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {
        type Session = __wsrack::Shared<Self>;
        fn session(this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
            __wsrack::Shared(__wsrack::Arc::clone(this))
        }
    }
    #[automatically_derived]
    impl __wsrack::Session<Chat> for __wsrack::Shared<Chat>
    where
        for<'any> Chat: __wsrack::Send + __wsrack::Sync,
    {
        const HANDLERS: __wsrack::Handlers = __wsrack::Handlers {
            upgrade: false,
            message: true,
            streams: __wsrack::Kinds::all(
                &[<String as __wsrack::MessageParam<'_, _>>::STREAM_KINDS],
            ),
            every: &[__wsrack::Duration::from_millis(500u64), <Chat>::PERIOD],
        };
        fn check(env: &__wsrack::Env) -> __wsrack::Result<(), __wsrack::Rejection> {
            <&Socket as __wsrack::FromContext<'_, __wsrack::Context>>::check(env)?;
            <String as __wsrack::MessageParam<'_, _>>::check(env)?;
            <Json<<Chat>::Who> as __wsrack::EventParam<'_, _>>::check(env)?;
            <Json<Vec<u8>> as __wsrack::EventParam<'_, _>>::check(env)?;
            __wsrack::Ok(())
        }
        async fn on_message(
            &mut self,
            cx: &__wsrack::Context,
            delivery: &__wsrack::Delivery,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let event = __wsrack::Event::parse(delivery);
            if let __wsrack::Some(event) = &event {
                match event.name() {
                    "join" => {
                        let reply = __wsrack::handler_future_must_be_send(
                                <Chat>::join(
                                    &self.0,
                                    match <Json<
                                        <Chat>::Who,
                                    > as __wsrack::EventParam<'_, _>>::take(cx, event) {
                                        __wsrack::Ok(value) => value,
                                        __wsrack::Err(error) => return event.invalid(cx, error),
                                    },
                                ),
                            )
                            .await;
                        return __wsrack::Event::reply(event, cx, reply);
                    }
                    "hash" => {
                        let reply = match __wsrack::blocking_event(
                                __wsrack::Arc::clone(&self.0),
                                cx,
                                delivery,
                                |app, cx, event| __wsrack::Ok(
                                    <Chat>::hash(
                                        app,
                                        <&Socket as __wsrack::FromContext<
                                            '_,
                                            __wsrack::Context,
                                        >>::from_context(cx)?,
                                        <Json<
                                            Vec<u8>,
                                        > as __wsrack::EventParam<'_, _>>::take(cx, event)?,
                                    ),
                                ),
                            )
                            .await
                        {
                            __wsrack::Ok(value) => value,
                            __wsrack::Err(error) => return event.invalid(cx, error),
                        };
                        return __wsrack::Event::reply(event, cx, reply);
                    }
                    _ => {}
                }
            }
            if <String as __wsrack::MessageParam<'_, _>>::KINDS.contains(delivery.kind())
            {
                let reply = __wsrack::handler_future_must_be_send(
                        __wsrack::Box::pin(
                            <Chat>::text(
                                &self.0,
                                <String as __wsrack::MessageParam<
                                    '_,
                                    _,
                                >>::take(cx, delivery)?,
                            ),
                        ),
                    )
                    .await;
                return __wsrack::reply(reply, cx, __wsrack::Some(delivery)).await;
            }
            __wsrack::Event::unhandled(event.as_ref(), cx, delivery)
        }
        async fn on_notify(
            &mut self,
            cx: &__wsrack::Context,
            notice: __wsrack::Notice,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let notice = match notice.downcast::<Note>() {
                __wsrack::Ok(value) => {
                    let reply = <Chat>::note(&self.0, value);
                    return __wsrack::reply(reply, cx, __wsrack::None).await;
                }
                __wsrack::Err(notice) => notice,
            };
            __wsrack::Err(notice.unhandled())
        }
        async fn on_every(
            &mut self,
            cx: &__wsrack::Context,
            index: usize,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            if index == 0usize {
                let reply = __wsrack::handler_future_must_be_send(<Chat>::tick(&self.0))
                    .await;
                return __wsrack::reply(reply, cx, __wsrack::None).await;
            }
            if index == 1usize {
                let reply = <Chat>::tock(
                    &self.0,
                    <&Socket as __wsrack::FromContext<
                        '_,
                        __wsrack::Context,
                    >>::from_context(cx)?,
                );
                return __wsrack::reply(reply, cx, __wsrack::None).await;
            }
            __wsrack::Ok(())
        }
    }
};
