using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Notifications;

/// <summary>Which kinds of notifications reach you in which way.</summary>
[Requires(Permissions.NotificationsRead)]
public sealed record GetNotificationPreferences : IQuery<NotificationPreferences>;

internal sealed class GetNotificationPreferencesHandler(INotificationPreferences preferences, IRequestContext context) : IQueryHandler<GetNotificationPreferences, NotificationPreferences>
{
    public Task<NotificationPreferences> Handle(GetNotificationPreferences query, CancellationToken ct) => preferences.FindAsync(context.Caller.UserId, ct);
}

/// <summary>States which kinds of notifications reach you in which way; what is absent becomes its default.</summary>
/// <param name="InApp">The kinds shown in the application; all of them, when absent.</param>
/// <param name="Email">The kinds that go by e-mail.</param>
/// <param name="Sms">The kinds that go by text message, where the service has a provider for them.</param>
/// <param name="Digest">NONE sends each e-mail at once; DAILY and WEEKLY (on Monday) gather what you have not read.</param>
/// <param name="DigestHour">The hour (0–23) in your time zone at which gathered e-mails are sent.</param>
/// <param name="Phone">Where text messages go.</param>
[Requires(Permissions.NotificationsWrite)]
public sealed record SetNotificationPreferences([OneOf(typeof(NotificationKinds))] ValueList<string>? InApp = null, [OneOf(typeof(NotificationKinds))] ValueList<string>? Email = null,
    [OneOf(typeof(NotificationKinds))] ValueList<string>? Sms = null, DigestRhythm Digest = DigestRhythm.None, [Example("8")] int DigestHour = 8, PhoneNumber? Phone = null)
    : ICommand<NotificationPreferences>;

internal sealed class SetNotificationPreferencesValidator : AbstractValidator<SetNotificationPreferences>
{
    public SetNotificationPreferencesValidator()
    {
        RuleFor(c => c.DigestHour).InclusiveBetween(0, 23).WithMessage("must be between 0 and 23");
        RuleFor(c => c.InApp).Must(AreKinds).WithMessage("must be kinds of notifications");
        RuleFor(c => c.Email).Must(AreKinds).WithMessage("must be kinds of notifications");
        RuleFor(c => c.Phone).Must(phone => phone is null || phone.Digits(null) is not null).WithMessage("must be a telephone number");
        RuleFor(c => c.Sms).Must(AreKinds).WithMessage("must be kinds of notifications");
    }

    private static bool AreKinds(ValueList<string>? kinds) => kinds is null || kinds.All(NotificationKinds.All.Contains);
}

internal sealed class SetNotificationPreferencesHandler(INotificationPreferences preferences, IAuditLog audit, IRequestContext context) : ICommandHandler<SetNotificationPreferences, NotificationPreferences>
{
    public async Task<NotificationPreferences> Handle(SetNotificationPreferences command, CancellationToken ct)
    {
        var stated = new NotificationPreferences(Kinds(command.InApp) ?? NotificationKinds.All, Kinds(command.Email) ?? [], Kinds(command.Sms) ?? [], command.Digest, command.DigestHour, command.Phone?.Text);
        await preferences.SaveAsync(context.Caller.UserId, stated, ct);
        // They are no record and so leave no event to tell of it. What was stated is the member's own affair.
        await audit.WriteAsync(new AuditEntry(context.Caller.TenantId, context.Caller.UserId, nameof(SetNotificationPreferences), AuditOutcome.Succeeded, "notifications", null, null), ct);
        return stated;
    }

    /// <summary>Each once, in the order the kinds have.</summary>
    private static List<string>? Kinds(ValueList<string>? stated) => stated is null ? null : [.. NotificationKinds.All.Where(stated.Contains)];
}
