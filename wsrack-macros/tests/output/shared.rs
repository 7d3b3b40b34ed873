impl Chat {
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn join(&self, Json(who): Json<Self::Who>) -> Json<Joined> {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    fn hash(&self, ws: &Socket, data: Json<Vec<u8>>) -> Json<u64> {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn text(&self, text: String) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    fn note(&self, note: Note) -> String {
        todo!()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
    async fn tick(&self) {}
    #[allow(
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_async,
        clippy::unused_self
    )]
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
        fn session(__this: &__wsrack::Arc<Self>) -> __wsrack::Shared<Self> {
            __wsrack::Shared(__wsrack::Arc::clone(__this))
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
        fn check(__env: &__wsrack::Env) -> __wsrack::Result<(), __wsrack::Rejection> {
            <&Socket as __wsrack::Parameter<'_, __wsrack::Context>>::check(__env)?;
            <String as __wsrack::MessageParam<'_, _>>::check(__env)?;
            <Json<<Chat>::Who> as __wsrack::EventParam<'_, _>>::check(__env)?;
            <Json<Vec<u8>> as __wsrack::EventParam<'_, _>>::check(__env)?;
            __wsrack::Ok(())
        }
        async fn on_message(
            &mut self,
            __cx: &__wsrack::Context,
            __delivery: &__wsrack::Delivery,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __event = __wsrack::Event::parse(__delivery);
            if let __wsrack::Some(__event) = &__event {
                match __event.name() {
                    "join" => {
                        let __reply = __wsrack::handler_future_must_be_send(
                                <Chat>::join(
                                    &self.0,
                                    match <Json<
                                        <Chat>::Who,
                                    > as __wsrack::EventParam<'_, _>>::take(__cx, __event) {
                                        __wsrack::Ok(__value) => __value,
                                        __wsrack::Err(__error) => {
                                            return __event.invalid(__cx, __error);
                                        }
                                    },
                                ),
                            )
                            .await;
                        return __wsrack::Event::reply(__event, __cx, __reply);
                    }
                    "hash" => {
                        let __reply = match __wsrack::blocking_event(
                                __wsrack::Arc::clone(&self.0),
                                __cx,
                                __delivery,
                                |__app, __cx, __event| __wsrack::Ok(
                                    <Chat>::hash(
                                        __app,
                                        <&Socket as __wsrack::Parameter<
                                            '_,
                                            __wsrack::Context,
                                        >>::from_context(__cx)?,
                                        <Json<
                                            Vec<u8>,
                                        > as __wsrack::EventParam<'_, _>>::take(__cx, __event)?,
                                    ),
                                ),
                            )
                            .await
                        {
                            __wsrack::Ok(__value) => __value,
                            __wsrack::Err(__error) => {
                                return __event.invalid(__cx, __error);
                            }
                        };
                        return __wsrack::Event::reply(__event, __cx, __reply);
                    }
                    _ => {}
                }
            }
            if <String as __wsrack::MessageParam<'_, _>>::KINDS
                .contains(__delivery.kind())
            {
                let __reply = __wsrack::handler_future_must_be_send(
                        __wsrack::Box::pin(
                            <Chat>::text(
                                &self.0,
                                <String as __wsrack::MessageParam<
                                    '_,
                                    _,
                                >>::take(__cx, __delivery)?,
                            ),
                        ),
                    )
                    .await;
                return __wsrack::reply(__reply, __cx, __wsrack::Some(__delivery)).await;
            }
            __wsrack::Event::unhandled(__event.as_ref(), __cx, __delivery)
        }
        async fn on_notify(
            &mut self,
            __cx: &__wsrack::Context,
            __notice: __wsrack::Notice,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            let __notice = match __notice.downcast::<Note>() {
                __wsrack::Ok(__value) => {
                    let __reply = <Chat>::note(&self.0, __value);
                    return __wsrack::reply(__reply, __cx, __wsrack::None).await;
                }
                __wsrack::Err(__notice) => __notice,
            };
            __wsrack::Err(__notice.unhandled())
        }
        async fn on_every(
            &mut self,
            __cx: &__wsrack::Context,
            __index: usize,
        ) -> __wsrack::Result<(), __wsrack::Error> {
            if __index == 0usize {
                let __reply = __wsrack::handler_future_must_be_send(
                        <Chat>::tick(&self.0),
                    )
                    .await;
                return __wsrack::reply(__reply, __cx, __wsrack::None).await;
            }
            if __index == 1usize {
                let __reply = <Chat>::tock(
                    &self.0,
                    <&Socket as __wsrack::Parameter<
                        '_,
                        __wsrack::Context,
                    >>::from_context(__cx)?,
                );
                return __wsrack::reply(__reply, __cx, __wsrack::None).await;
            }
            __wsrack::Ok(())
        }
    }
};
