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
    #[allow(dead_code)]
    fn bounds() {
        framework::ws::__private::an_application_must_be_send::<Chat>();
        framework::ws::__private::an_application_must_be_sync::<Chat>();
        framework::ws::__private::an_application_must_be_static::<Chat>();
    }
};
const _: () = if framework::ws::__private::Duration::is_zero(&<Chat>::PERIOD) {
    ::core::panic!("a period is longer than zero: `#[every(\"5s\")]`")
};
#[automatically_derived]
impl framework::ws::__private::App for Chat
where
    for<'any> Chat: framework::ws::__private::Send + framework::ws::__private::Sync,
{
    type Session = framework::ws::__private::Shared<Self>;
    fn session(
        this: &framework::ws::__private::Arc<Self>,
    ) -> framework::ws::__private::Shared<Self> {
        framework::ws::__private::Shared(framework::ws::__private::Arc::clone(this))
    }
}
#[automatically_derived]
impl framework::ws::__private::Session<Chat> for framework::ws::__private::Shared<Chat>
where
    for<'any> Chat: framework::ws::__private::Send + framework::ws::__private::Sync,
{
    const HANDLERS: framework::ws::__private::Handlers = framework::ws::__private::Handlers {
        upgrade: false,
        message: true,
        streams: framework::ws::__private::Kinds::all(
            &[<String as framework::ws::__private::MessageParam<'_, _>>::STREAM_KINDS],
        ),
        every: &[framework::ws::__private::Duration::from_millis(500u64), <Chat>::PERIOD],
    };
    fn check(
        env: &framework::ws::__private::Env,
    ) -> framework::ws::__private::Result<(), framework::ws::__private::Rejection> {
        <&Socket as framework::ws::__private::FromContext<
            '_,
            framework::ws::__private::Context,
        >>::check(env)?;
        <String as framework::ws::__private::MessageParam<'_, _>>::check(env)?;
        <Json<<Chat>::Who> as framework::ws::__private::EventParam<'_, _>>::check(env)?;
        <Json<Vec<u8>> as framework::ws::__private::EventParam<'_, _>>::check(env)?;
        framework::ws::__private::Ok(())
    }
    async fn on_message(
        &mut self,
        cx: &framework::ws::__private::Context,
        delivery: &framework::ws::__private::Delivery,
    ) -> framework::ws::__private::Result<(), framework::ws::__private::Error> {
        let event = framework::ws::__private::Event::parse(delivery);
        if let framework::ws::__private::Some(event) = &event {
            match event.name() {
                "join" => {
                    let reply = framework::ws::__private::handler_future_must_be_send(
                            <Chat>::join(
                                &self.0,
                                match <Json<
                                    <Chat>::Who,
                                > as framework::ws::__private::EventParam<
                                    '_,
                                    _,
                                >>::take(cx, event) {
                                    framework::ws::__private::Ok(value) => value,
                                    framework::ws::__private::Err(error) => {
                                        return event.invalid(cx, error);
                                    }
                                },
                            ),
                        )
                        .await;
                    return framework::ws::__private::Event::reply(event, cx, reply);
                }
                "hash" => {
                    let reply = match framework::ws::__private::blocking_event(
                            framework::ws::__private::Arc::clone(&self.0),
                            cx,
                            delivery,
                            |app, cx, event| framework::ws::__private::Ok(
                                <Chat>::hash(
                                    app,
                                    <&Socket as framework::ws::__private::FromContext<
                                        '_,
                                        framework::ws::__private::Context,
                                    >>::from_context(cx)?,
                                    <Json<
                                        Vec<u8>,
                                    > as framework::ws::__private::EventParam<
                                        '_,
                                        _,
                                    >>::take(cx, event)?,
                                ),
                            ),
                        )
                        .await
                    {
                        framework::ws::__private::Ok(value) => value,
                        framework::ws::__private::Err(error) => {
                            return event.invalid(cx, error);
                        }
                    };
                    return framework::ws::__private::Event::reply(event, cx, reply);
                }
                _ => {}
            }
        }
        if <String as framework::ws::__private::MessageParam<'_, _>>::KINDS
            .contains(delivery.kind())
        {
            let reply = framework::ws::__private::handler_future_must_be_send(
                    framework::ws::__private::Box::pin(
                        <Chat>::text(
                            &self.0,
                            <String as framework::ws::__private::MessageParam<
                                '_,
                                _,
                            >>::take(cx, delivery)?,
                        ),
                    ),
                )
                .await;
            return framework::ws::__private::reply(
                    reply,
                    cx,
                    framework::ws::__private::Some(delivery),
                )
                .await;
        }
        framework::ws::__private::Event::unhandled(event.as_ref(), cx, delivery)
    }
    async fn on_notify(
        &mut self,
        cx: &framework::ws::__private::Context,
        notice: framework::ws::__private::Notice,
    ) -> framework::ws::__private::Result<(), framework::ws::__private::Error> {
        let notice = match notice.downcast::<Note>() {
            framework::ws::__private::Ok(value) => {
                let reply = <Chat>::note(&self.0, value);
                return framework::ws::__private::reply(
                        reply,
                        cx,
                        framework::ws::__private::None,
                    )
                    .await;
            }
            framework::ws::__private::Err(notice) => notice,
        };
        framework::ws::__private::Err(notice.unhandled())
    }
    async fn on_every(
        &mut self,
        cx: &framework::ws::__private::Context,
        index: usize,
    ) -> framework::ws::__private::Result<(), framework::ws::__private::Error> {
        if index == 0usize {
            let reply = framework::ws::__private::handler_future_must_be_send(
                    <Chat>::tick(&self.0),
                )
                .await;
            return framework::ws::__private::reply(
                    reply,
                    cx,
                    framework::ws::__private::None,
                )
                .await;
        }
        if index == 1usize {
            let reply = <Chat>::tock(
                &self.0,
                <&Socket as framework::ws::__private::FromContext<
                    '_,
                    framework::ws::__private::Context,
                >>::from_context(cx)?,
            );
            return framework::ws::__private::reply(
                    reply,
                    cx,
                    framework::ws::__private::None,
                )
                .await;
        }
        framework::ws::__private::Ok(())
    }
}
