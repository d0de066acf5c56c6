using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Tagging;

/// <summary>How many records a change of tags has changed, and how many will follow after this answer.</summary>
/// <param name="Changed">Records changed by now.</param>
/// <param name="Remaining">Records that will be changed in the background.</param>
public sealed record TagsMerged(int Changed, int Remaining);

/// <summary>
/// Replaces some tags by one, on every living record of the tenant; a record that has it already has it once. The first thousand
/// records are changed at once, others follow in the background. INVALID_STATE: an earlier change of tags is still at work.
/// </summary>
/// <param name="From">The tags that go.</param>
/// <param name="To">The tag that stays.</param>
[Requires(Permissions.TagsWrite)]
public sealed record MergeTags([Example("""["VIP", "important"]""")] Tags From, [Example("\"vip\"")] string To) : ICommand<TagsMerged>;

internal sealed class MergeTagsValidator : AbstractValidator<MergeTags>
{
    public MergeTagsValidator()
    {
        RuleFor(c => c.From).Must(from => from is null or { Count: > 0 }).WithMessage("must name at least one tag");
        RuleFor(c => c.To).IsTag();
    }
}

internal sealed class MergeTagsHandler(TagMerge merge) : ICommandHandler<MergeTags, TagsMerged>
{
    public Task<TagsMerged> Handle(MergeTags command, CancellationToken ct) => merge.RunAsync(command.From, command.To, ct);
}

/// <summary>Renames a tag on every living record of the tenant; where the new name is a tag already, the two become one. As <see cref="MergeTags"/>.</summary>
/// <param name="From">The name it has.</param>
/// <param name="To">The name it gets.</param>
[Requires(Permissions.TagsWrite)]
public sealed record RenameTag([Example("\"VIP\"")] string From, [Example("\"vip\"")] string To) : ICommand<TagsMerged>;

internal sealed class RenameTagValidator : AbstractValidator<RenameTag>
{
    public RenameTagValidator() => RuleFor(c => c.To).IsTag();
}

internal sealed class RenameTagHandler(TagMerge merge) : ICommandHandler<RenameTag, TagsMerged>
{
    public Task<TagsMerged> Handle(RenameTag command, CancellationToken ct) => merge.RunAsync([command.From], command.To, ct);
}

internal static class TagRules
{
    /// <summary>A tag as a record may have it, and not an empty one.</summary>
    public static IRuleBuilderOptions<T, string> IsTag<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(tag => tag.Length > 0 && !Characters.Exceed(tag, Tags.MaxLength)).WithMessage($"must have 1 to {Tags.MaxLength} characters");
}
